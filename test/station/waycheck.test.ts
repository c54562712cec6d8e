/** Recipes with each way, and what the check finds in them without a network. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createClient, type Station } from '../../app/contract/index.ts';
import { recipeFile } from '../../app/contract/recipe.ts';
import { recipeWays, wayOf, wayTraits } from '../../app/contract/ways.ts';
import { policyStarters, templateStarters } from '../../app/iot/index.ts';
import type { StationHandle } from '../../app/station/index.ts';
import { openStation } from '../../main/openstation.ts';
import { makeStation } from '../support.ts';

const slots = [{ slotId: 1, name: 'Slot 1', port: 'nowhere', driver: 'agent' }];
const account = '123456789012';
const target = (name: string) => ({
  ...{ name, region: 'eu-central-1', accountId: account, bucket: 'units', policyNames: ['device'] },
  roleArn: `arn:aws:iam::${account}:role/iot`,
});
const starter = (name: string) => templateStarters().find((one) => one.name === name)?.text ?? '';
const subject = (name: string) => `AWS::IoT::Certificate::${name}`;

let engineer: Station;
let ledger: StationHandle['parts']['ledger'];
let close: () => Promise<void>;
before(async () => {
  const station = await openStation({ dir: await makeStation(slots), kind: 'host', threads: false });
  close = () => station.close();
  ledger = station.parts.ledger;
  engineer = createClient(station.connect('test'));
  await engineer.call('session.signIn', { badge: 'EN-1', pin: '2222' });
  for (const name of ['eu', 'us']) await engineer.call('targets.save', { target: target(name) });
  const keep = (name: string, form: 'bulk' | 'jitp' | 'fleet', text: string) =>
    engineer.call('documents.save', { kind: 'template', name, form, text });
  await keep('bulk', 'bulk', starter('bulk'));
  const ofSubject = (text: string) => text.replaceAll(subject('SerialNumber'), subject('Organization'));
  await keep('jit', 'jitp', ofSubject(starter('jitp')).replaceAll('DevicePolicy', 'device'));
  await keep('jit-state', 'jitp', starter('jitp').replaceAll(subject('SerialNumber'), subject('StateName')));
  await keep('fleet', 'fleet', starter('claim'));
  const device = policyStarters({ region: 'eu-central-1', accountId: account }).find(({ name }) => name === 'device');
  await engineer.call('documents.save', { kind: 'policy', name: 'device', form: 'iot', text: device?.text ?? '' });
});
after(() => close());

const base = { name: 'acme', model: 'BM-1', driver: 'agent', profile: 'aws-iot-device' };
const check = (changes: object) => engineer.call('recipes.check', { text: JSON.stringify({ ...base, ...changes }) });
const said = (list: readonly { path: string; message: string }[]) => list.map((one) => `${one.path}: ${one.message}`);

/** The driver by which a claim can be written. */
const modem = { driver: 'nrf91', seal: false };

const well = [
  ['bulk', { provisioning: { way: 'bulk', targets: ['eu'] } }],
  ['bulk', { provisioning: { way: 'bulk', targets: ['eu', 'us'] }, template: 'bulk' }],
  ['registerThing', { provisioning: { way: 'registerThing', targets: ['eu'] } }],
  ['registerCertificate', { provisioning: { way: 'registerCertificate', targets: ['eu'] } }],
  ['withoutCa', { provisioning: { way: 'withoutCa', targets: ['eu', 'us'] } }],
  ['awsIssued', { issuer: { aws: 'eu' } }],
  ['awsIssued', { issuer: { aws: 'eu' }, provisioning: { way: 'registerThing', targets: ['eu'] } }],
  ['jitp', { provisioning: { way: 'jitp', targets: ['eu'] }, template: 'jit', firstConnection: { beforePass: true } }],
  ['jitr', { provisioning: { way: 'jitr', targets: ['eu'] } }],
  ['claim', { ...modem, provisioning: { way: 'claim', target: 'eu', template: 'fleet' } }],
  ['claim', { driver: 'zephyr', seal: false, provisioning: { way: 'claim', target: 'eu', template: 'fleet' } }],
  ['trustedUser', { provisioning: { way: 'trustedUser', target: 'eu', template: 'fleet' } }],
] as const;

for (const [way, changes] of well) {
  test(`${way} is found without mistakes: ${JSON.stringify(changes)}`, async () => {
    assert.equal(wayOf(recipeFile.parse({ ...base, ...changes })), way);
    assert.deepEqual(await check(changes), { problems: [], warnings: [] });
  });
}

test('every way of the table is tried', () => {
  assert.deepEqual([...new Set(well.map(([way]) => way))].sort(), [...recipeWays].sort());
  assert.deepEqual(Object.keys(wayTraits).sort(), [...recipeWays].sort());
});

const mistakes: [object, RegExp][] = [
  [
    { driver: 'freertos', seal: false, provisioning: { way: 'claim', target: 'eu', template: 'fleet' } },
    /^driver: freertos has no way to write a private key.*; drivers that have one: agent, nrf91, zephyr/,
  ],
  [
    { provisioning: { way: 'claim', target: 'eu', template: 'fleet' } },
    /^seal: a sealed device cannot take the certificate/,
  ],
  [
    { ...modem, provisioning: { way: 'trustedUser', target: 'eu', template: 'fleet', by: 'device' } },
    /^provisioning\.by: a claim of five minutes.*nrf91 has no command for that/,
  ],
  [
    {
      provisioning: {
        ...{ way: 'trustedUser', target: 'eu', template: 'fleet', by: 'device' },
        parameters: { 'Serial Number': '{unitSerial}' },
      },
    },
    /^provisioning\.parameters\.Serial Number: a device keeps names of/,
  ],
  [
    { provisioning: { way: 'bulk', targets: ['moon'] } },
    /^provisioning\.targets\[0\]: there is no AWS target moon; there is: .*eu, us/,
  ],
  [
    { provisioning: { way: 'claim', target: 'moon', template: 'fleet' } },
    /^provisioning\.target: there is no AWS target/,
  ],
  [
    { provisioning: { way: 'withoutCa', targets: ['eu', 'eu'] } },
    /^provisioning\.targets\[1\]: eu stands there already/,
  ],
  [
    { provisioning: { way: 'jitp', targets: ['eu', 'us'] }, template: 'jit' },
    /^provisioning\.targets\[1\]: jitp goes to one account/,
  ],
  [
    { provisioning: { way: 'jitp', targets: ['eu'] }, template: 'bulk' },
    /^template: bulk is a template of the kind bulk; jitp takes one of the kind jitp/,
  ],
  [
    { provisioning: { way: 'bulk', targets: ['eu'] }, template: 'jit' },
    /^template: jit is a template of the kind jitp; bulk takes/,
  ],
  [
    { provisioning: { way: 'jitr', targets: ['eu'] }, template: 'jit' },
    /^template: jitr makes its units without a template/,
  ],
  [
    { ...modem, provisioning: { way: 'claim', target: 'eu', template: 'jit' } },
    /^provisioning\.template: jit is a template of the kind jitp/,
  ],
  [
    { provisioning: { way: 'jitp', targets: ['eu'] }, template: 'jit-state' },
    /^template: jit-state needs AWS::IoT::Certificate::StateName/,
  ],
  [
    { provisioning: { way: 'jitp', targets: ['eu'] }, template: 'nowhere' },
    /^template: the station keeps no template nowhere/,
  ],
  [
    { issuer: { aws: 'eu' }, provisioning: { way: 'bulk', targets: ['eu'] } },
    /^provisioning\.way: a bulk task registers certificates/,
  ],
  [
    { issuer: { aws: 'eu' }, provisioning: { way: 'jitp', targets: ['eu'] } },
    /^provisioning\.way: jitp is for certificates of the station's CA/,
  ],
  [
    { issuer: { aws: 'eu' }, provisioning: { way: 'registerThing', targets: ['us'] } },
    /^provisioning\.targets\[0\]: the certificate is in the account of eu only/,
  ],
  [
    { issuer: { aws: 'eu' }, provisioning: { way: 'claim', target: 'eu', template: 'fleet' } },
    /^provisioning\.way: claim gets the certificate from AWS/,
  ],
  [
    { provisioning: { way: 'registerThing', targets: ['eu'] }, firstConnection: { beforePass: true } },
    /^firstConnection\.beforePass: registerThing makes the unit known to AWS only after its PASS/,
  ],
  [{ config: { topics: { publish: ['devices/{serial}'] } } }, /^config\.topics\.publish\[0\]: braces only around/],
  [{ provisioning: { way: 'telepathy', targets: ['eu'] } }, /^provisioning\.way: /],
];
for (const [changes, expected] of mistakes) {
  test(`a mistake: ${expected.source}`, async () => {
    const { problems } = await check(changes);
    assert.match(said(problems)[0] ?? 'nothing', expected);
    assert.equal(problems[0]?.line, 1);
    await assert.rejects(engineer.call('recipes.save', { text: JSON.stringify({ ...base, ...changes }) }), {
      code: 'recipe.invalid',
    });
  });
}

const jitp = { provisioning: { way: 'jitp', targets: ['eu'] }, template: 'jit' };
const warned: [object, RegExp][] = [
  [{ ...jitp, template: undefined }, /^provisioning\.way: name the kept template/],
  [
    { ...modem, provisioning: { way: 'claim', target: 'eu', template: 'there-only' } },
    /^provisioning\.template: the station keeps no template there-only/,
  ],
  [
    { ...jitp, config: { thingName: 'sense-{unitSerial}' } },
    /^config\.thingName: the template makes things like "SN-000123", while the device calls itself "sense-SN-000123"/,
  ],
  [
    { ...jitp, config: { topics: { publish: ['state/{thingName}'] } } },
    /^config\.topics\.publish\[0\]: in eu, no policy of the unit allows iot:Publish on topic\/state\/SN-000123/,
  ],
  [
    { ...jitp, config: { topics: { subscribe: ['devices/+/state'] } } },
    /^config\.topics\.subscribe\[0\]: in eu, no policy of the unit allows iot:Subscribe on topicfilter\/devices\/\+\/state/,
  ],
];
for (const [changes, expected] of warned) {
  test(`a warning, which refuses nothing: ${expected.source}`, async () => {
    const { problems, warnings } = await check(changes);
    assert.deepEqual(problems, []);
    assert.match(said(warnings).join('\n'), new RegExp(expected.source, 'm'));
  });
}

test('topics that the kept policy allows are no finding', async () => {
  const topics = { publish: ['devices/{thingName}/state'], subscribe: ['devices/{unitSerial}/commands'] };
  assert.deepEqual(await check({ ...jitp, config: { topics } }), { problems: [], warnings: [] });
});

test('a recipe whose target is taken away makes no more units; changed documents do not stop it', async () => {
  await engineer.call('targets.save', { target: target('soon') });
  const text = JSON.stringify({
    ...base,
    name: 'gone',
    provisioning: { way: 'jitp', targets: ['soon'] },
    template: 'jit',
  });
  const { version } = await engineer.call('recipes.save', { text });
  await engineer.call('recipes.approve', { name: 'gone', version });
  const problems = async () => (await engineer.call('recipes.list', {})).find(({ name }) => name === 'gone')?.problems;
  assert.deepEqual(await problems(), []);
  await engineer.call('targets.remove', { name: 'soon' });
  assert.deepEqual(
    (await problems())?.map(({ path }) => path),
    ['provisioning.targets[0]'],
  );
});

test('a new order registers by the way and the targets of its recipe, until it says otherwise', async () => {
  const provisioning = { way: 'withoutCa', targets: ['eu', 'us'] };
  await engineer.call('recipes.save', { text: JSON.stringify({ ...base, name: 'two-accounts', provisioning }) });
  const order = { orderId: 'WO-WAYS', model: 'BM-1', quantity: 5, recipe: 'two-accounts', activate: false };
  const made = await engineer.call('orders.make', order);
  assert.deepEqual(made.registration, { target: 'eu', way: 'withoutCa', also: ['us'] });
  const kept = async () => (await engineer.call('orders.list', {})).find(({ orderId }) => orderId === 'WO-WAYS');
  assert.deepEqual((await kept())?.registration, made.registration);
  assert.deepEqual(
    (await ledger.lineRegistrations()).filter(({ orderId }) => orderId === 'WO-WAYS').map(({ target }) => target),
    ['eu', 'us'],
  );
  await engineer.call('orders.register', { orderId: 'WO-WAYS', registration: null });
  assert.equal((await kept())?.registration, null);
  assert.deepEqual(await ledger.lineRegistrations(), []);
  const bulk = { ...base, name: 'by-file', provisioning: { way: 'bulk', targets: ['eu'] } };
  await engineer.call('recipes.save', { text: JSON.stringify(bulk) });
  const waits = await engineer.call('orders.make', { ...order, orderId: 'WO-FILE', recipe: 'by-file' });
  assert.equal(waits.registration, null, 'a file waits for a person');
});
