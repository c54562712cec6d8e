/** A whole station: who must agree to rework and scrap, and what the bench, the CRL and AWS make of it. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { DescribeCertificateCommand } from '@aws-sdk/client-iot';
import { createClient, type Person } from '../../app/contract/index.ts';
import { createPracticeBench } from '../../app/practice/devices/index.ts';
import { paths } from '../../app/station/index.ts';
import { systemClock } from '../../main/clock.ts';
import { openStation } from '../../main/openstation.ts';
import { needTools, openssl, scratch } from '../ca/support.ts';
import { slotWhen } from '../line/support.ts';
import { iotClient, practice } from '../practice/support.ts';
import { refuses } from '../records/support.ts';
import { makeStation, passphrase } from '../support.ts';

const reason = 'radio module replaced';
const second = { badge: 'EN-1', pin: '2222' };
/** Made without a seal: a sealed device takes no other key. */
const recipe = JSON.stringify({
  name: 'unsealed',
  model: '*',
  driver: 'agent',
  profile: 'aws-iot-device',
  seal: false,
  config: { endpoint: 'devices.example', thingName: '{unitSerial}' },
});

async function bedOf(t: TestContext) {
  const aws = await practice(t);
  const { endpoint: endpointUrl, region, bucket, roleArn, credentials, policyName } = aws;
  const target = { region, bucket, roleArn, policyNames: [policyName], endpointUrl };
  const bench = createPracticeBench({ slots: 1, clock: systemClock, baud: 0, computeMs: 0 });
  const dir = await makeStation([{ slotId: 1, name: 'Slot 1', port: 'practice:1', driver: 'agent' }]);
  const station = await openStation({
    dir,
    kind: 'host',
    threads: false,
    ports: bench,
    cloud: { target, credentials },
  });
  t.after(() => station.close());
  await station.parts.authority.unlock(passphrase);
  const signedIn = async (badge: string, pin: string) => {
    const client = createClient(station.connect('test'));
    await client.call('session.signIn', { badge, pin });
    return client;
  };
  const operator = await signedIn('OP-1', '1111');
  const engineer = await signedIn('EN-1', '2222');
  const { version } = await engineer.call('recipes.save', { text: recipe });
  await engineer.call('recipes.approve', { name: 'unsealed', version });

  /** The same device plugged in again, its label scanned. */
  const made = async (device = bench.newDevice()) => {
    bench.plug(1, device);
    await slotWhen(operator, 1, 'SCAN');
    await operator.call('bench.scan', { text: device.label });
    const result = await slotWhen(operator, 1, 'PASS', 'FAIL', 'CHECK_STATION');
    bench.unplug(1);
    await slotWhen(operator, 1, 'EMPTY');
    assert.equal(result.state, 'PASS', JSON.stringify(result.error));
    return device;
  };
  return { aws, dir, station, bench, operator, engineer, signedIn, made };
}

test('two people agree, and neither of them is an operator alone, the same person twice, or somebody with a wrong PIN', async (t) => {
  const { station, operator, engineer, made, signedIn } = await bedOf(t);
  const { label: unitSerial } = await made();
  const ask = (client: typeof operator, by: { badge: string; pin: string }) =>
    client.call('units.rework', { unitSerial, reason, second: by });
  await assert.rejects(ask(engineer, second), refuses('session.secondPerson'), 'the same person');
  await assert.rejects(ask(engineer, { badge: 'OP-1', pin: '1111' }), refuses('session.secondPerson'), 'an operator');
  await assert.rejects(ask(operator, { badge: 'EN-1', pin: '1234' }), refuses('session.wrongPin'));
  await assert.rejects(ask(operator, { badge: 'NOBODY', pin: '1234' }), refuses('session.wrongPin'));
  await engineer.call('people.add', { name: 'Quentin', badge: 'QA-1', pin: '309172', role: 'qa' });
  const qa = await signedIn('QA-1', '309172');
  await assert.rejects(ask(qa, second), refuses('session.forbidden'), 'QA agrees, and does not ask');
  const console: Person = { personId: 0, name: 'root', badge: 'OS-USER', role: 'engineer' };
  const shell = createClient(station.connect('cli', console));
  await assert.rejects(
    ask(shell, second),
    refuses('session.secondPerson'),
    'one badge and a passphrase may be one person',
  );
  await assert.rejects(
    operator.call('units.rework', { unitSerial, reason: ' ', second }),
    refuses('call.badParams'),
    'nobody does it without a reason',
  );
  assert.equal((await operator.call('units.show', { unitSerial })).state, 'passed', 'nothing was done so far');

  await ask(operator, { badge: 'QA-1', pin: '309172' });
  const { journal } = await operator.call('units.show', { unitSerial });
  const reworked = journal.find(({ entry }) => entry === 'unit.reworked');
  assert.deepEqual([reworked?.actor, reworked?.data.agreedBy], ['Ola (OP-1)', 'Quentin (QA-1)']);
});

test('guessing the second PIN locks that badge like guessing at sign-in does', async (t) => {
  const { operator, made, signedIn } = await bedOf(t);
  const { label: unitSerial } = await made();
  const guess = () => operator.call('units.scrap', { unitSerial, reason, second: { badge: 'EN-1', pin: '0000' } });
  for (let times = 0; times < 5; times += 1) await assert.rejects(guess(), refuses('session.wrongPin'));
  await assert.rejects(guess(), refuses('session.lockedOut'));
  await assert.rejects(signedIn('EN-1', '2222'), refuses('session.lockedOut'));
  assert.equal((await operator.call('session.current', {})).person?.badge, 'OP-1', 'who asks stays signed in');
  assert.equal((await operator.call('units.show', { unitSerial })).state, 'passed');
});

test('registered, reworked, registered again: AWS and openssl refuse the old certificate and take the new one', async (t) => {
  if (!needTools(t, 'openssl')) return;
  const { aws, dir, station, operator, engineer, made } = await bedOf(t);
  const { batchJobs, crlJobs, ledger } = station.parts;
  await batchJobs.register('test');
  const register = async () => {
    const { batchId } = await engineer.call('batches.make', {});
    await (await batchJobs.submit({ batchId, actor: 'test' })).done;
  };
  const device = await made();
  const { label: unitSerial } = device;
  await register();
  assert.equal((await operator.call('units.show', { unitSerial })).state, 'registered');
  await assert.rejects(made(device), /unit.alreadyPassed/);

  await operator.call('units.rework', { unitSerial, reason, second });
  await crlJobs.idle();
  const iot = iotClient(t, aws);
  const statusOf = async (certificateId: string) =>
    (await iot.send(new DescribeCertificateCommand({ certificateId }))).certificateDescription?.status;
  const [old] = (await ledger.showUnit(unitSerial)).certificates;
  assert.equal(await statusOf(old?.certificateId ?? ''), 'REVOKED', 'before anything else is done to the unit');
  assert.equal((await engineer.call('batches.snapshot', {})).readyUnits, 0);

  const bench = station.parts.bench.snapshot();
  assert.equal(bench.slots[0]?.state, 'SCAN', 'it is still there');
  await operator.call('bench.scan', { text: unitSerial });
  assert.equal((await slotWhen(operator, 1, 'PASS', 'FAIL', 'CHECK_STATION')).state, 'PASS');
  await register();
  const { certificates, state, batches } = await operator.call('units.show', { unitSerial });
  const [, fresh] = certificates;
  assert.deepEqual([state, batches.length], ['registered', 2]);
  assert.equal(await statusOf(fresh?.certificateId ?? ''), 'ACTIVE');
  assert.deepEqual(
    [aws.snapshot().things, aws.snapshot().certificates],
    [1, 2],
    'one thing, and two certificates of it',
  );

  const file = scratch(t);
  const where = paths(dir);
  const chain = ['-CAfile', where.rootCertificate, '-untrusted', where.issuingCertificate];
  const judge = (name: string, pem: string) =>
    openssl(['verify', '-crl_check', ...chain, '-CRLfile', where.crlPem, file(name, pem)]);
  assert.match(judge('old.crt', old?.pem ?? '').output, /certificate revoked/);
  assert.ok(judge('new.crt', fresh?.pem ?? '').ok);
  const crl = openssl(['crl', '-in', where.crlPem, '-noout', '-text']).output;
  assert.match(crl, /Superseded/);
});

test('a batch on its way when a unit of it is scrapped is not submitted; the next one takes the others', async (t) => {
  const { aws, station, operator, engineer, made } = await bedOf(t);
  const { batchJobs } = station.parts;
  await batchJobs.register('test');
  const [burnt, good] = [await made(), await made()];
  const { batchId } = await engineer.call('batches.make', {});
  const look = async () => {
    const { ok, problems } = await engineer.call('batches.check', { batchId });
    return [ok, ...problems.map(({ code, name }) => `${code} ${name}`)];
  };
  assert.deepEqual(await look(), [true]);
  await operator.call('units.scrap', { unitSerial: burnt.label, reason: 'burnt', second });
  assert.deepEqual(await look(), [false, `outdated ${burnt.label}`], 'a look says it before anything is tried');
  await assert.rejects(engineer.call('batches.submit', { batchId }), refuses('batch.outdated'));
  const shown = await engineer.call('batches.show', { batchId });
  assert.deepEqual([shown.state, shown.rejected, shown.unaccounted], ['failed', 1, 1]);
  assert.equal(aws.snapshot().tasks.length, 0, 'AWS saw nothing of it');
  await assert.rejects(engineer.call('batches.submit', { batchId }), refuses('batch.outdated'), 'for good');

  const next = await engineer.call('batches.make', {});
  assert.equal(next.count, 1);
  const done = await (await batchJobs.submit({ batchId: next.batchId, actor: 'test' })).done;
  assert.deepEqual([done.state, done.registered], ['done', 1]);
  assert.equal((await operator.call('units.show', { unitSerial: good.label })).state, 'registered');
});

test('a batch overtaken in the middle of its submission stops before AWS has a task, and says why', async (t) => {
  const { aws, station, operator, engineer, made } = await bedOf(t);
  const { batchJobs, ledger } = station.parts;
  await batchJobs.register('test');
  const { label } = await made();
  const { batchId } = await engineer.call('batches.make', {});
  const advance = ledger.advanceBatch;
  ledger.advanceBatch = async (params) => {
    // Uploaded, and about to be started.
    if (params.state === 'starting') await operator.call('units.scrap', { unitSerial: label, reason: 'burnt', second });
    return advance(params);
  };
  await assert.rejects((await batchJobs.submit({ batchId, actor: 'test' })).done, refuses('batch.outdated'));
  const { state, error, members } = await ledger.showBatch({ batchId });
  assert.deepEqual([state, error?.code, members[0]?.state], ['failed', 'batch.outdated', 'rejected']);
  assert.equal(aws.snapshot().tasks.length, 0);
});

test('a scrapped unit is refused by its label, and the figures of its order leave it out', async (t) => {
  const { bench, operator, engineer, made } = await bedOf(t);
  const device = await made();
  await operator.call('units.scrap', { unitSerial: device.label, reason: 'burnt', second });
  bench.plug(1, device);
  await slotWhen(operator, 1, 'SCAN');
  await assert.rejects(operator.call('bench.scan', { text: device.label }), refuses('unit.scrapped'));
  const shown = await operator.call('units.list', { state: 'scrapped' });
  assert.deepEqual(
    shown.rows.map(({ unitSerial, state }) => [unitSerial, state]),
    [[device.label, 'scrapped']],
  );
  const [order] = await engineer.call('orders.list', {});
  assert.deepEqual([order?.issued, order?.passed], [0, 0]);
  assert.equal((await engineer.call('certificates.list', { state: 'revoked' })).total, 1);
});
