/** What cannot be signed is never reserved: through the station's own issuing, on its real records. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { defaultProfile, type Profile, parseCsr } from '../../app/ca/index.ts';
import { issueCertificate, signCsr } from '../../app/line/index.ts';
import { openStation } from '../../main/openstation.ts';
import { makeStation, passphrase } from '../support.ts';
import { fullFields, fullProfileFile, makeCsr, withCode } from './support.ts';

/** An unlocked station with these files in its folder of profiles, and a key of its default order. */
async function makeBed(t: TestContext, files: Record<string, string> = {}, chosen?: string) {
  const dir = await makeStation();
  await mkdir(join(dir, 'profiles'));
  for (const [name, content] of Object.entries(files)) await writeFile(join(dir, 'profiles', name), content);
  const station = await openStation({ dir, kind: 'command' });
  t.after(() => station.close());
  const { parts } = station;
  if (chosen !== undefined) await parts.config.save({ ...parts.config.current(), profile: chosen });
  await parts.authority.unlock(passphrase);
  const { ledger, clock } = parts;
  const sign = async (unitSerial: string, profile?: Profile, hardware = {}) => {
    // An order names the one profile it may be issued under.
    const name = profile?.name ?? parts.config.current().profile ?? defaultProfile.name;
    const order = { orderId: name, model: '*', quantity: 9, profile: name, activate: false, actor: 'test' };
    if (!(await ledger.listOrders()).some(({ orderId }) => orderId === name)) await ledger.makeOrder(order);
    const job = { csr: makeCsr(unitSerial).csrDer, unitSerial, orderId: name, actor: 'test', hardware };
    return signCsr(job, { ledger, clock, authority: () => parts.authority.current(profile), practice: false });
  };
  const states = async (unitSerial: string) =>
    (await ledger.showUnit(unitSerial)).certificates.map(({ state }) => state);
  return { dir, parts, sign, states };
}

/** Nothing the schema lets through fails a lint: this one was put together past it. */
const broken: Profile = {
  ...defaultProfile,
  name: 'broken',
  keyUsage: { ec: ['keyAgreement'], rsa: ['digitalSignature'] },
};

test('a lint failure signs nothing and reserves nothing', async (t) => {
  const { parts, sign, states } = await makeBed(t);
  await assert.rejects(sign('SN-1', broken), withCode('ca.lintFailed'));
  assert.deepEqual(await states('SN-1'), []);
  const { ledger, clock, authority } = parts;
  const request = { profile: broken, key: parseCsr(makeCsr('SN-1').csrDer), fields: fullFields };
  const owner = { unitSerial: 'SN-1', attempt: 0, actor: 'test' };
  await assert.rejects(
    issueCertificate(request, owner, { ledger, clock, authority: authority.current }),
    withCode('ca.lintFailed'),
  );
  assert.deepEqual(await states('SN-1'), []);
  await sign('SN-2');
  assert.deepEqual(await states('SN-2'), ['issued'], 'the same road, with a sound profile');
});

test('a field that nobody knows reserves nothing either', async (t) => {
  const { parts, sign, states } = await makeBed(t);
  const idevid = parts.profiles.named('ieee-802.1ar-idevid');
  await assert.rejects(sign('SN-1', idevid), withCode('call.badParams'));
  assert.deepEqual(await states('SN-1'), []);
  await sign('SN-2', idevid, { model: 'M-1', hardwareId: '0a0b' });
  assert.deepEqual(await states('SN-2'), ['issued']);
});

test("an engineer's own profile is used where it is chosen; without a choice nothing changes", async (t) => {
  const own = JSON.stringify(fullProfileFile);
  const { parts, sign } = await makeBed(t, { 'everything.json': own });
  assert.equal(parts.authority.current().profile, defaultProfile);
  await parts.config.save({ ...parts.config.current(), profile: 'everything' });
  assert.equal(parts.authority.current().profile.name, 'everything');
  const { serialHex } = await sign('SN-1', undefined, { model: 'M-1', hardwareId: '0a0b' });
  const [certificate] = (await parts.ledger.showUnit('SN-1')).certificates;
  assert.equal(certificate?.serialHex, serialHex);
  assert.match(certificate?.subject ?? '', /^CN=SN-1,dnQualifier=M-1,/);
});

test('files with mistakes let the station open, say what is wrong, and issue nothing', async (t) => {
  const files = {
    'torn.json': '{"name": "to',
    'other.json': JSON.stringify({ ...fullProfileFile, name: 'everything' }),
    'typo.json': JSON.stringify({ ...fullProfileFile, name: 'typo', validity: { kind: 'days', days: '30' } }),
    'aws-iot-device.json': JSON.stringify({ ...fullProfileFile, name: 'aws-iot-device' }),
    'notes.txt': 'not a profile',
  };
  const { parts, sign } = await makeBed(t, files, 'typo');
  const told = Object.fromEntries(
    parts.profiles
      .list()
      .filter(({ from }) => from === 'file')
      .map(({ name, problems }) => [name, problems.map(({ path }) => path)]),
  );
  assert.deepEqual(told, { torn: [''], other: ['name'], typo: ['validity.days'], 'aws-iot-device': ['name'] });
  await assert.rejects(sign('SN-1'), (error: Error) => {
    assert.ok(withCode('policy.profileInvalid')(error));
    assert.match(error.message, /typo: validity\.days: /);
    return true;
  });
  assert.deepEqual((await parts.ledger.showUnit('SN-1')).certificates, []);
  assert.equal(parts.profiles.named('aws-iot-device'), defaultProfile, "the product's own cannot be replaced");
  for (const name of ['torn', 'other'])
    assert.throws(() => parts.profiles.named(name), withCode('policy.profileInvalid'));
  for (const name of ['notes', 'aws-ca-verification', '__proto__'])
    assert.throws(() => parts.profiles.named(name), withCode('policy.profileUnknown'));
});

test('a folder that cannot be read as one is no profiles', async (t) => {
  const dir = await makeStation();
  await writeFile(join(dir, 'profiles'), 'a file');
  const station = await openStation({ dir, kind: 'command' });
  t.after(() => station.close());
  assert.equal(station.parts.profiles.list().length, 2);
});
