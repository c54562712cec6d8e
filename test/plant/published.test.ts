/** From the commands of who keeps the plant to people, recipes and revocations at a station that runs. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { createClient } from '../../app/contract/index.ts';
import { createPracticeBench } from '../../app/practice/devices/index.ts';
import { paths } from '../../app/station/index.ts';
import { systemClock } from '../../main/clock.ts';
import { json, run } from '../cli/commandline.ts';
import { removeAtEnd } from '../folders.ts';
import { makeBed } from '../line/support.ts';
import { refuses } from '../records/support.ts';
import { makeStation, passphrase } from '../support.ts';
import { sharedCluster, withoutPostgres } from './cluster.ts';

test('what is published by command counts at a running station, and what is wrong is said in Health', {
  skip: withoutPostgres,
}, async (t) => {
  const cluster = await sharedCluster();
  const database = `published_${process.pid}`;
  cluster.run('postgres', `CREATE DATABASE ${database}`);
  const folder = mkdtempSync(join(tmpdir(), 'birthmark-plant-'));
  removeAtEnd(folder);
  const put = (name: string, content: unknown) => {
    const file = join(folder, name);
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };
  const at = (name: string) => join(folder, name);
  const office = ['--url-file', put('admin', cluster.adminUrl(database))];
  const word = ['--passphrase-file', put('word', passphrase)];
  await json('plant', 'init', ...office);

  // The key: its private half is in an encrypted file, and nowhere in the plant.
  const { value: key } = await json('plant', 'key', '--out', at('plant.key'), ...word, ...office);
  assert.match(key.keyId, /^[0-9a-f]{64}$/);
  assert.equal(statSync(at('plant.key')).mode & 0o077, 0);
  assert.match(readFileSync(at('plant.key'), 'utf8'), /BEGIN ENCRYPTED PRIVATE KEY/);
  const judged = execFileSync('openssl', ['pkey', '-pubin', '-in', at('plant.key.pub'), '-noout', '-text'], {
    encoding: 'utf8',
  });
  assert.match(judged, /ED25519/);
  const again = await json('plant', 'key', '--out', at('other.key'), ...word, ...office);
  assert.deepEqual([again.code, again.value.error.code], [2, 'call.badParams']);

  const dir = await makeStation();
  removeAtEnd(dirname(dir));
  const login = `published_${process.pid}`;
  const { value: admitted } = await json('plant', 'admit', login, '--out', at('join'), ...office);
  assert.equal(admitted.keyId, key.keyId);
  const rights = ['--data', dir, ...word];
  const joined = await json('plant', 'join', '--url-file', at('join'), ...rights);
  assert.equal(joined.code, 0);
  assert.ok(!readFileSync(join(dir, 'plant.url'), 'utf8').includes('#'));

  // A person chooses a PIN; who keeps the plant sees by what it is proved.
  const pin = await json('plant', 'pin', 'OP-77', '--pin-file', put('pin', '482913'), '--out', at('pin.json'));
  assert.equal(pin.code, 0);
  assert.ok(!readFileSync(at('pin.json'), 'utf8').includes('482913'));
  const weak = await json('plant', 'pin', 'OP-77', '--pin-file', put('weak', '123456'), '--out', at('weak.json'));
  assert.equal(weak.value.error.code, 'session.weakPin');
  const { verifier } = JSON.parse(readFileSync(at('pin.json'), 'utf8'));
  const people = put('people.json', [{ badge: 'OP-77', name: 'Olga', role: 'operator', verifier }]);
  const signing = ['--key', at('plant.key'), ...word, ...office];
  const publish = (...args: string[]) => json('plant', 'publish', ...args, ...signing);
  const nobody = await publish('people', put('nobody.json', []));
  assert.deepEqual([nobody.code, nobody.value.error.code], [2, 'call.badParams'], 'an empty list');
  const wrong = await json(
    'plant',
    'publish',
    'people',
    people,
    '--key',
    at('plant.key'),
    '--passphrase-file',
    put('no', 'another passphrase'),
    ...office,
  );
  assert.equal(wrong.value.error.code, 'ca.wrongPassphrase');
  const unknown = await publish('people', put('odd.json', [{ badge: 'OP-78', name: 'Who', role: 'operator' }]));
  assert.match(unknown.value.error.detail, /verifier/);
  assert.deepEqual((await publish('people', people)).value, { kind: 'people', version: 1, items: 1, keyId: key.keyId });
  const recipe = { name: 'line', model: 'BM-1', driver: 'agent', profile: 'aws-iot-device', seal: false };
  assert.equal((await publish('recipes', put('recipe.json', `\uFEFF${JSON.stringify(recipe)}\r\n`))).code, 0);
  const bad = await publish('recipes', put('bad.json', { ...recipe, model: '' }));
  assert.match(bad.value.error.detail, /^model:/);

  const bench = createPracticeBench({
    ...{ slots: 1, driverOf: () => 'agent', clock: systemClock, baud: 0, computeMs: 0, seed: 11, labelPrefix: 'DOWN-' },
  });
  const bed = await makeBed(0, { dir, bench });
  t.after(() => bed.close());
  const { engineer } = bed;
  const status = await engineer.call('plant.ship', {});
  assert.deepEqual(
    status.documents.map(({ kind, version }) => [kind, version]),
    [
      ['profiles', 0],
      ['recipes', 1],
      ['people', 1],
      ['revocations', 0],
    ],
  );
  // The person signs in, makes a unit by the plant's recipe, and can change neither.
  const olga = createClient(bed.station.connect('test'));
  assert.equal((await olga.call('session.signIn', { badge: 'OP-77', pin: '482913' })).name, 'Olga');
  await assert.rejects(olga.call('session.changePin', { pin: '482913', newPin: '918273' }), refuses('plant.owned'));
  const { personId, source } = (await engineer.call('people.list', {})).find(({ badge }) => badge === 'OP-77')!;
  assert.equal(source, 'plant');
  await assert.rejects(engineer.call('people.setRole', { personId, role: 'qa' }), refuses('plant.owned'));
  const [taken] = await engineer.call('recipes.list', {});
  assert.deepEqual(
    [taken?.name, taken?.state, taken?.fromPlant, taken?.approvedBy],
    ['line', 'approved', true, 'plant'],
  );
  await assert.rejects(engineer.call('recipes.retire', { name: 'line' }), refuses('plant.owned'));
  const { label } = bench.plug(1);
  const person = { personId: 0, name: 'Erin', badge: 'EN-1', role: 'engineer' } as const;
  const commands = createClient(bed.station.connect('cli', person));
  const made = await commands.call('line.run', { port: 'practice:1', unitSerial: label });
  assert.equal(made.outcome, 'PASS');
  const unit = await engineer.call('units.show', { unitSerial: label });
  const [certificate] = unit.certificates;

  // Its certificate is revoked at the plant, and stands on the CRL of this station.
  await engineer.call('plant.ship', {});
  const revocation = { serialHex: certificate!.serialHex, reason: 'keyCompromise', note: 'stolen in transit' };
  assert.deepEqual((await publish('revocations', put('revocation.json', revocation))).value.unknown, []);
  const slip = put('slip.json', { unitSerial: 'DOWN-TYPO', reason: 'keyCompromise', note: 'a slip' });
  const slipped = await publish('revocations', slip);
  assert.deepEqual([slipped.code, slipped.value.items, slipped.value.unknown], [0, 2, ['DOWN-TYPO']]);
  const inWords = await run('plant', 'publish', 'revocations', slip, ...signing);
  assert.match(inWords.out, /no station has shipped DOWN-TYPO/);
  const taking = await publish('revocations', '--without', certificate!.serialHex);
  assert.match(taking.value.error.detail, /final/);
  await engineer.call('plant.ship', {});
  // The list is made behind the answer; this waits for it.
  await bed.station.parts.crlJobs.settle();
  const crl = execFileSync('openssl', ['crl', '-inform', 'DER', '-noout', '-text'], {
    input: readFileSync(paths(dir).crl),
    encoding: 'utf8',
  });
  assert.match(crl, new RegExp(`Serial Number: ${certificate!.serialHex.toUpperCase()}`));
  assert.match(crl, /Key Compromise/);

  // Who is published no more is signed out, and may not come back.
  assert.equal((await publish('people', '--without', 'OP-77')).value.items, 0);
  await engineer.call('plant.ship', {});
  assert.equal((await olga.call('session.current', {})).person, null);
  await assert.rejects(olga.call('session.signIn', { badge: 'OP-77', pin: '482913' }), refuses('session.wrongPin'));
  const { value: view } = await json('plant', 'published', ...office);
  assert.deepEqual(
    view.map(({ kind, version, stations }: { kind: string; version: number; stations: { version: number }[] }) => [
      kind,
      version,
      stations[0]?.version,
    ]),
    [
      ['profiles', 0, 0],
      ['recipes', 1, 1],
      ['people', 2, 2],
      ['revocations', 3, 3],
    ],
  );
  assert.match((await run('plant', 'published', ...office)).out, /people 2, published/);

  // Someone writes into the plant: Health says so with the next act, and nothing here changes.
  cluster.run(
    database,
    `INSERT INTO birthmark.documents SELECT kind, 9, replace(text, 'line', 'l1ne'), signature, key_id FROM birthmark.documents WHERE kind = 'recipes'`,
  );
  await engineer.call('plant.ship', {});
  const health = (await engineer.call('station.doctor', {})).filter(({ name }) => name === 'plant');
  assert.deepEqual(
    health.map(({ ok, finding }) => [ok, finding.what, finding.remedy, finding.values?.problem]),
    [
      [true, 'plantWell', undefined, undefined],
      [false, 'plantDocument', 'mendDocument', 'badSignature'],
    ],
  );
  assert.equal((await engineer.call('recipes.list', {})).length, 1);

  // Another key signs again what the former one did, and refuses what it did not.
  const renewed = ['plant', 'key', '--again', ...word, ...office];
  const forged = await json(...renewed, '--out', at('last.key'), '--former', at('plant.key.pub'));
  assert.match(forged.value.error.detail, /recipes 9 in the plant is not yours/);
  assert.ok(!existsSync(at('last.key')));
  cluster.run(database, 'DELETE FROM birthmark.documents WHERE version = 9');
  const { value: next } = await json(...renewed, '--out', at('last.key'), '--former', at('plant.key.pub'));
  assert.deepEqual(next.signedAgain, ['recipes', 'people', 'revocations']);
  assert.match((await publish('people', people)).value.error.detail, /not the key of the plant/);
  const published = await json('plant', 'publish', 'people', people, '--key', at('last.key'), ...word, ...office);
  assert.deepEqual(published.value, { kind: 'people', version: 4, items: 1, keyId: next.keyId });
});

test('what is approved at a station is published from its records, and nothing else of it', {
  skip: withoutPostgres,
}, async () => {
  const cluster = await sharedCluster();
  const database = `approved_${process.pid}`;
  cluster.run('postgres', `CREATE DATABASE ${database}`);
  const folder = mkdtempSync(join(tmpdir(), 'birthmark-plant-'));
  removeAtEnd(folder);
  const at = (name: string) => join(folder, name);
  const put = (name: string, content: unknown) => {
    writeFileSync(at(name), typeof content === 'string' ? content : JSON.stringify(content));
    return at(name);
  };
  const office = ['--url-file', put('admin', cluster.adminUrl(database))];
  const word = ['--passphrase-file', put('word', passphrase)];
  await json('plant', 'init', ...office);
  const { value: key } = await json('plant', 'key', '--out', at('plant.key'), ...word, ...office);
  const [first, other] = [await makeStation(), await makeStation()];
  for (const dir of [first, other]) removeAtEnd(dirname(dir));
  const rights = ['--data', first, ...word];
  const { value: known } = await json('profiles', 'list', '--data', first);
  const profile = { ...JSON.parse(known[0].text), name: 'mine' };
  const recipe = { name: 'line', model: 'BM-1', driver: 'agent', profile: 'mine', seal: false };
  const saveProfile = (text: object) => run('profiles', 'save', put('profile.json', text), ...rights);
  assert.equal((await saveProfile(profile)).code, 0);
  await run('recipes', 'save', put('recipe.json', recipe), ...rights);
  const publish = (...args: string[]) =>
    json('plant', 'publish', ...args, '--data', first, '--key', at('plant.key'), ...word, ...office);
  const refusal = async (...args: string[]) => {
    const { code, value } = await publish(...args);
    return [code, value.error?.code, value.error?.detail];
  };

  assert.deepEqual(await refusal('--recipe', 'line'), [1, 'recipe.notApproved', 'no version of line is approved']);
  await run('recipes', 'approve', 'line', ...rights);
  await run('recipes', 'save', put('recipe.json', { ...recipe, seal: true }), ...rights);
  const draft = 'version 2 of line is draft; version 1 is in use';
  assert.deepEqual(await refusal('--recipe', 'line@2'), [1, 'recipe.notApproved', draft]);
  assert.deepEqual((await refusal('--recipe', 'line@7')).slice(0, 2), [1, 'recipe.notFound']);
  assert.equal((await refusal('--recipe', 'none'))[1], 'recipe.notFound');
  assert.equal((await refusal('--profile', 'none'))[1], 'policy.profileUnknown');
  assert.equal((await refusal('recipes', at('recipe.json'), '--recipe', 'line'))[0], 2);

  const { code, value } = await publish('--recipe', 'line@1');
  assert.equal(code, 0);
  const { keyId } = key;
  assert.deepEqual(value.published, [
    { kind: 'profiles', version: 1, items: 1, keyId },
    { kind: 'recipes', version: 1, items: 1, keyId },
  ]);
  assert.deepEqual([value.from.recipes[0].version, value.from.profiles], [1, ['mine']]);
  // Another station has both, as they were approved.
  await json('plant', 'admit', `approved_${process.pid}`, '--out', at('join'), ...office);
  const there = ['--data', other, ...word];
  assert.equal((await json('plant', 'join', '--url-file', at('join'), ...there)).code, 0);
  await json('plant', 'ship', ...there);
  const { value: recipes } = await json('recipes', 'list', '--data', other);
  assert.deepEqual(
    recipes.map(({ name, state, profile, fromPlant }: Record<string, unknown>) => [name, state, profile, fromPlant]),
    [['line', 'approved', 'mine', true]],
  );

  // A profile that was changed since the approval is not what was approved.
  assert.equal((await saveProfile({ ...profile, validity: { kind: 'days', days: 100 } })).code, 0);
  for (const named of [
    ['--recipe', 'line'],
    ['--profile', 'mine'],
  ])
    assert.equal((await refusal(...named))[1], 'recipe.outdated', named[0]);
  const help = await run('plant', 'publish', '--help');
  assert.match(help.out, /--recipe line@3 --data STATION/);
});
