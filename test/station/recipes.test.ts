/** Recipes by the station's methods: checked, saved, approved, retired, and which one an order is made by. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { createClient, type StationError, saidIn, sentence } from '../../app/contract/index.ts';
import { templateStarters } from '../../app/iot/index.ts';
import { createRecipes } from '../../app/station/recipes/recipes.ts';
import { openStation } from '../../main/openstation.ts';
import { fullProfileFile } from '../ca/support.ts';
import { refuses } from '../records/support.ts';
import { makeStation } from '../support.ts';

const slots = [{ slotId: 1, name: 'Slot 1', port: 'nowhere', driver: 'agent' }];
const acme = { name: 'acme', model: 'BM-1', driver: 'agent', profile: 'aws-iot-device' };
const textOf = (changes: object = {}) => JSON.stringify({ ...acme, ...changes });
const slot = { driver: 'agent' };
const hashOf = (profile: { text: string } | undefined): string =>
  createHash('sha256')
    .update(profile?.text ?? '')
    .digest('hex');

async function bedOf(t: TestContext) {
  const station = await openStation({ dir: await makeStation(slots), kind: 'host', threads: false });
  t.after(() => station.close());
  const engineer = createClient(station.connect('test'));
  await engineer.call('session.signIn', { badge: 'EN-1', pin: '2222' });
  const { recipes, ledger } = station.parts;
  const save = (changes: object = {}) => engineer.call('recipes.save', { text: textOf(changes) });
  const approve = async (changes: object = {}) => {
    const { name, version } = await save(changes);
    return engineer.call('recipes.approve', { name, version });
  };
  const order = (orderId: string, more: { model?: string; recipe?: string; profile?: string } = {}) =>
    engineer.call('orders.make', { orderId, model: 'BM-1', quantity: 9, ...more });
  return { station, engineer, recipes, ledger, save, approve, order };
}

test('a template must be kept here, and the profile must supply what it needs; retiring it stops the line', async (t) => {
  const { engineer, approve } = await bedOf(t);
  const problems = async (changes: object) =>
    (await engineer.call('recipes.check', { text: textOf(changes) })).problems;
  assert.deepEqual(await problems({ template: 'jit' }), [
    {
      path: 'template',
      ...sentence('templateNotKept', { template: 'jit' }),
      ...{ line: 1, column: 86 },
    },
  ]);
  const text = templateStarters().find(({ name }) => name === 'jitp')?.text ?? '';
  const keep = (given: string) =>
    engineer.call('documents.save', { kind: 'template', name: 'jit', form: 'jitp', text: given });
  const subject = (name: string) => `AWS::IoT::Certificate::${name}`;
  await keep(text.replaceAll(subject('SerialNumber'), subject('StateName')));
  assert.match(
    (await problems({ template: 'jit' }))[0]?.message ?? '',
    /^jit needs AWS::IoT::Certificate::StateName, /,
  );
  await keep(text.replaceAll(subject('SerialNumber'), subject('Organization')));
  assert.deepEqual(await problems({ template: 'jit' }), []);
  await approve({ template: 'jit' });
  await engineer.call('documents.retire', { kind: 'template', name: 'jit' });
  const [recipe] = await engineer.call('recipes.list', {});
  assert.deepEqual(
    recipe?.problems.map(({ path }) => path),
    ['template'],
  );
});

test('what no order, host or broker could have is refused when it is given, and goes on where an earlier version took it', async (t) => {
  const { station, engineer, recipes, ledger, order } = await bedOf(t);
  const problems = async (changes: object) =>
    (await engineer.call('recipes.check', { text: textOf(changes) })).problems.map(({ path }) => path);
  const topics = { publish: ['a/b', 'a/#', '+'], subscribe: ['a/+/#', '#', 'a/#/b', 'a+', 'a/b#'] };
  assert.deepEqual(await problems({ config: { endpoint: 'https://x.example/', topics } }), [
    'config.endpoint',
    ...['config.topics.publish[1]', 'config.topics.publish[2]'],
    ...['config.topics.subscribe[2]', 'config.topics.subscribe[3]', 'config.topics.subscribe[4]'],
  ]);
  for (const model of ['BM\u0000', 'BM\u202e1', ' BM-1', 'BM-1\n'])
    assert.deepEqual(await problems({ model }), ['model']);
  const usb = [{ vendorId: '1366' }, { vendorId: '1366', productId: '1015' }, { vendorId: '1366' }];
  assert.deepEqual(await problems({ usb }), ['usb[2]']);
  for (const text of ['', 'x']) {
    const [first] = (await engineer.call('recipes.check', { text })).problems;
    assert.match(first?.message ?? '', /cannot be read as JSON/);
  }
  const kept = textOf({ config: { endpoint: 'https://x.example/' } });
  await assert.rejects(engineer.call('recipes.save', { text: kept }), refuses('recipe.invalid'));
  const { version } = await ledger.saveRecipe({ name: 'acme', text: kept, actor: 'test' });
  await ledger.approveRecipe({
    name: 'acme',
    version,
    profileHash: hashOf(station.parts.profiles.list().find(({ name }) => name === 'aws-iot-device')),
    actor: 'test',
  });
  await order('OLD', { recipe: 'acme' });
  assert.equal((await recipes.forOrder('OLD', slot)).config.endpoint, 'https://x.example/');
});

test('each mistake has its path, as it would be written in JavaScript', async (t) => {
  const { engineer } = await bedOf(t);
  const problems = async (text: string) =>
    (await engineer.call('recipes.check', { text })).problems.map(({ path, message }) => [path, message] as const);
  const modem = { driver: 'nrf91', seal: false };
  const mistakes: [object, string, RegExp][] = [
    [{ name: 'Acme!' }, 'name', /small letters/],
    [{ driver: 'telepathy' }, 'driver', /there is no driver telepathy; there are agent, nrf91, /],
    [{ driver: 'nrf91' }, 'seal', /nrf91 has no way to seal a device: set it to false/],
    [
      { ...modem, firstConnection: { beforePass: true } },
      'firstConnection.beforePass',
      /nrf91 has no command by which a device connects/,
    ],
    [{ firstConnection: { beforePass: true } }, 'firstConnection.beforePass', /say in provisioning how AWS knows/],
    [{ profile: 'nothing' }, 'profile', /there is no profile nothing/],
    [{ keyType: 'P-1' }, 'keyType', /P-256/],
    [{ config: { thingName: 'all-the-same' } }, 'config.thingName', /must name the unit/],
    [{ config: { endpont: 'x' } }, 'config.endpont', /not known here/],
    [{ rootCa: '-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----' }, 'rootCa', /not a certificate/],
    [{ retries: 6 }, 'retries', /5/],
    [{ timeLimitSeconds: 1 }, 'timeLimitSeconds', /5/],
    [{ usb: [{ vendorId: '1366' }, { vendorId: '1D50' }] }, 'usb[1].vendorId', /four small hex digits/],
    [{ ...modem, settings: { secTag: -1 } }, 'settings.secTag', /nrf91 wants a whole number from 0 to 2147483647/],
    [{ ...modem, settings: { shell: 'sh' } }, 'settings.shell', /nrf91 wants one of raw, at, auto/],
    [{ ...modem, settings: { sectag: 7 } }, 'settings.sectag', /nrf91 does not read it/],
    [{ settings: { secTag: 16 } }, 'settings.secTag', /agent does not read it/],
    [{ goldenUnit: { unitSerial: 'GOLD', everyHours: 0 } }, 'goldenUnit.everyHours', /1/],
    [{ goldenUnit: { unitSerial: 'GOLD', everyHours: 8 } }, 'goldenUnit.unitSerial', /holds no valid certificate/],
    [{ colour: 'red' }, 'colour', /not known here/],
  ];
  for (const [changes, path, words] of mistakes) {
    const found = await problems(textOf(changes));
    assert.deepEqual(
      found.map(([at]) => at),
      [path],
      JSON.stringify(found),
    );
    assert.match(found[0]?.[1] ?? '', words);
    await assert.rejects(
      engineer.call('recipes.save', { text: textOf(changes) }),
      (thrown: StationError) =>
        thrown.code === 'recipe.invalid' && thrown.data?.path === path && saidIn(thrown) !== undefined,
    );
  }
  assert.deepEqual(await problems('not JSON'), [['', 'cannot be read as JSON']]);
  const twice = textOf({ usb: [{ vendorId: '1366' }] }).replace('"vendorId"', '"vendorId":"1d50",\n"vendorId"');
  const [first, ...others] = (await engineer.call('recipes.check', { text: twice })).problems;
  assert.deepEqual([first?.path, others], ['usb[0].vendorId', []]);
  assert.equal(
    twice.split('\n')[(first?.line ?? 0) - 1]?.slice((first?.column ?? 0) - 1, (first?.column ?? 0) + 5),
    '"1366"',
  );
  assert.match(first?.message ?? '', /"vendorId" stands twice/);
  await assert.rejects(engineer.call('recipes.save', { text: twice }), refuses('recipe.invalid'));
  const both = await problems(textOf({ driver: 'telepathy', profile: 'nothing' }));
  assert.deepEqual(
    both.map(([path]) => path),
    ['driver', 'profile'],
    'all of them at once',
  );
  assert.deepEqual(await problems(textOf()), []);
  assert.deepEqual(await engineer.call('recipes.list', {}), []);
});

test('saved as a draft, approved, replaced, retired; only an engineer may', async (t) => {
  const { station, engineer, save } = await bedOf(t);
  const { version, state, hash } = await save();
  assert.deepEqual([version, state], [1, 'draft']);
  assert.match(hash, /^[0-9a-f]{8}$/);
  assert.equal((await save()).version, 1, 'the same text is no other version');
  const operator = createClient(station.connect('test'));
  await operator.call('session.signIn', { badge: 'OP-1', pin: '1111' });
  const asOperator = operator.call('recipes.approve', { name: 'acme', version: 1 });
  await assert.rejects(asOperator, refuses('session.forbidden'));
  await assert.rejects(engineer.call('recipes.approve', { name: 'acme', version: 2 }), refuses('recipe.notFound'));
  const approved = await engineer.call('recipes.approve', { name: 'acme', version: 1 });
  assert.deepEqual([approved.state, approved.approvedBy], ['approved', 'Erin (EN-1)']);
  await save({ retries: 2 });
  const states = async () => (await engineer.call('recipes.list', {})).map((one) => one.state);
  assert.deepEqual(await states(), ['approved', 'draft'], 'a draft replaces nothing');
  await engineer.call('recipes.approve', { name: 'acme', version: 2 });
  assert.deepEqual(await states(), ['replaced', 'approved']);
  await engineer.call('recipes.retire', { name: 'acme' });
  assert.deepEqual(await states(), ['retired', 'retired']);
  await save({ retries: 3 });
  assert.deepEqual(await states(), ['retired', 'retired', 'draft']);
});

test('an order is made by the recipe it names, else by that of its model, else of any, else by the standard one', async (t) => {
  const { recipes, approve, order, engineer } = await bedOf(t);
  const by = async (orderId: string) => (await recipes.forOrder(orderId, slot)).mark.name;
  await order('PLAIN');
  const standard = await recipes.forOrder('PLAIN', { driver: 'nrf91' });
  assert.deepEqual([standard.mark.name, standard.mark.version, standard.driver], ['standard', 0, 'nrf91']);
  assert.deepEqual(standard.config, { endpoint: 'devices.example', thingName: '{unitSerial}' });
  await approve({ name: 'any', model: '*' });
  assert.equal(await by('PLAIN'), 'any');
  await approve();
  assert.equal(await by('PLAIN'), 'acme', 'its own model comes before any');
  await order('OTHER', { model: 'BM-2' });
  assert.equal(await by('OTHER'), 'any');
  await approve({ name: 'rework', model: 'BM-1', retries: 5 });
  await assert.rejects(by('PLAIN'), {
    code: 'recipe.none',
    detail: /several are approved for BM-1: acme, rework/,
  });
  await order('NAMED', { recipe: 'rework' });
  assert.equal((await recipes.forOrder('NAMED', slot)).retries, 5);
  await engineer.call('recipes.retire', { name: 'rework' });
  await assert.rejects(by('NAMED'), refuses('recipe.none', { orderId: 'NAMED', recipe: 'rework' }));
  assert.equal(await by('PLAIN'), 'acme');
  await assert.rejects(order('TYPO', { recipe: 'acmee' }), refuses('recipe.notFound'));
  await assert.rejects(by('NONE'), refuses('order.notFound'));
});

test('an order may name a draft; the bench has no recipe until it is approved', async (t) => {
  const { engineer, save, order } = await bedOf(t);
  await save();
  await order('EARLY', { recipe: 'acme' });
  const reasons = async () =>
    (await engineer.call('bench.snapshot', {})).interlocks
      .map(({ reason }) => reason)
      .filter((reason) => reason !== 'caLocked');
  assert.deepEqual(await reasons(), ['noRecipe']);
  await engineer.call('recipes.approve', { name: 'acme', version: 1 });
  assert.deepEqual(await reasons(), []);
  const { recipe } = await engineer.call('bench.snapshot', {});
  const [view] = await engineer.call('recipes.list', {});
  assert.deepEqual(recipe, { name: 'acme', version: 1, hash: view?.hash });
});

test('an approved recipe is outdated when its profile changes, and in use again when it is as it was or approved anew', async (t) => {
  const { engineer, recipes, approve, order } = await bedOf(t);
  const profile = (days: number) => ({ ...fullProfileFile, name: 'own', validity: { kind: 'days', days } });
  const saveProfile = (days: number) => engineer.call('profiles.save', { text: JSON.stringify(profile(days)) });
  const twice = JSON.stringify(profile(100)).replace('"validity"', '"validity":{},"validity"');
  await assert.rejects(engineer.call('profiles.save', { text: twice }), {
    code: 'policy.profileInvalid',
    detail: /"validity" stands twice/,
  });
  await saveProfile(100);
  await approve({ profile: 'own' });
  await order('OWN');
  assert.equal((await recipes.forOrder('OWN', slot)).profile, 'own', 'the order is for the profile of its recipe');
  await saveProfile(200);
  const outdated = {
    code: 'recipe.outdated',
    detail: /acme, version 1: profile: own was changed since this version was approved/,
  };
  await assert.rejects(recipes.forOrder('OWN', slot), outdated);
  const { interlocks } = await engineer.call('bench.snapshot', {});
  assert.deepEqual(interlocks.map(({ reason }) => reason).at(-1), 'recipeOutdated');
  assert.equal((await engineer.call('recipes.list', {}))[0]?.problems[0]?.path, 'profile');
  await saveProfile(100);
  await recipes.forOrder('OWN', slot);
  await saveProfile(300);
  await engineer.call('recipes.approve', { name: 'acme', version: 1 });
  await recipes.forOrder('OWN', slot);
  await engineer.call('profiles.remove', { name: 'own' });
  await assert.rejects(recipes.forOrder('OWN', slot), { code: 'recipe.outdated', detail: /there is no profile own/ });
});

test('a recipe on record goes on with a setting its driver never read; a value that it does not take ends it', async (t) => {
  const { station, ledger, recipes, order } = await bedOf(t);
  const profile = station.parts.profiles.list().find(({ name }) => name === acme.profile);
  const profileHash = hashOf(profile);
  await order('OLD', { model: '*' });
  /** As a version of this program saved it that looked at fewer settings. */
  const onRecord = async (settings: object) => {
    const text = textOf({ model: '*', driver: 'zephyr', seal: false, settings });
    const { version } = await ledger.saveRecipe({ name: 'acme', text, actor: 'test' });
    await ledger.approveRecipe({ name: 'acme', version, profileHash, actor: 'test' });
  };
  await onRecord({ secTag: 42, shell: 'at' });
  assert.deepEqual((await recipes.forOrder('OLD', slot)).settings, { secTag: 42, shell: 'at' });
  await onRecord({ secTag: 'x' });
  await assert.rejects(recipes.forOrder('OLD', slot), refuses('recipe.outdated'));
});

test('an approved recipe is outdated when its driver is gone', async (t) => {
  const { station, ledger, approve, order } = await bedOf(t);
  await approve({ driver: 'zephyr', seal: false });
  await order('Z');
  const { profiles, driverNamed, authority, config } = station.parts;
  const tools = { ledger, profiles, driverNamed, authority: () => authority, config, cloudRootDer: undefined };
  const older = createRecipes({ ...tools, driverNames: ['agent'], targets: () => [] });
  await assert.rejects(older.forOrder('Z', slot), { code: 'recipe.outdated', detail: /there is no driver zephyr/ });
  assert.equal((await station.parts.recipes.forOrder('Z', slot)).driver, 'zephyr');
});

test('an order for another profile than its recipe is refused before anything is begun', async (t) => {
  const { engineer, recipes, approve, order } = await bedOf(t);
  await approve({ profile: 'ieee-802.1ar-idevid' });
  assert.equal((await order('RIGHT')).profile, 'ieee-802.1ar-idevid');
  await recipes.forOrder('RIGHT', slot);
  await order('WRONG', { profile: 'aws-iot-device' });
  await assert.rejects(recipes.forOrder('WRONG', slot), refuses('order.profileNotAllowed'));
  const { interlocks } = await engineer.call('bench.snapshot', {});
  assert.match(interlocks.at(-1)?.detail ?? '', /WRONG is for aws-iot-device, its recipe acme for ieee-802.1ar-idevid/);
});

test('what the recipe leaves out has its default, and what it says reaches the line', async (t) => {
  const { station, recipes, approve, order } = await bedOf(t);
  await approve();
  await order('A');
  const plain = await recipes.forOrder('A', slot);
  const { rootDer } = station.parts.authority.current();
  assert.notDeepEqual(plain.rootCaDer, rootDer, "Amazon's, not the station's");
  const { keyType, config, retries, timeLimitMs, usb, continuous, goldenUnit } = plain;
  assert.deepEqual(
    { keyType, config, retries, timeLimitMs, usb, continuous, goldenUnit },
    {
      keyType: 'P-256',
      config: { endpoint: '', thingName: '{unitSerial}' },
      retries: 0,
      timeLimitMs: 300_000,
      usb: [],
      continuous: false,
      goldenUnit: null,
    },
  );
  assert.equal(plain.steps.at(-1), 'seal');
  await approve({ seal: false, rootCa: 'station', timeLimitSeconds: 7, config: { thingName: 'x-{hardwareId}' } });
  const said = await recipes.forOrder('A', slot);
  assert.deepEqual([said.mark.version, said.timeLimitMs, said.config.thingName], [2, 7000, 'x-{hardwareId}']);
  assert.deepEqual(said.rootCaDer, rootDer);
  assert.equal(said.steps.at(-1), 'verify');
});
