/** Units that AWS provisions while the station speaks for them: each answer on record, and nothing that goes back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSqlite } from '../../native/sqlite.ts';
import { type Bed, derOf, keyOf, makeBed, refuses, sha256, start } from './support.ts';

const actor = 'olga';
const target = 'eu';
const template = 'fleet';
const thing = { thingName: 'thing-U1', deviceConfiguration: { site: 'main' } };
const idOf = (serialHex: string) => sha256(derOf(serialHex));

async function askFor({ ledger }: Bed, unitSerial: string) {
  const { attempt } = await ledger.startAttempt(start(unitSerial));
  const asked = {
    unitSerial,
    attempt,
    actor,
    target,
    template,
    profile: 'aws-iot-device',
    request: { isCaKey: false },
  };
  return { attempt, requestId: await ledger.askAws({ ...asked, spkiSha256: keyOf(unitSerial) }) };
}

const answer = (requestId: number, serialHex: string) => ({
  ...{ requestId, serialHex, der: derOf(serialHex), tbsDer: derOf(`tbs ${serialHex}`), certificateId: idOf(serialHex) },
  ...{ subject: 'CN=AWS IoT Certificate', notBeforeAt: '2026-11-20T08:00:00Z', notAfterAt: '2049-12-31T23:59:59Z' },
});

const end = ({ ledger }: Bed, unitSerial: string, attempt: number, outcome: 'PASS' | 'ERROR' = 'PASS') =>
  ledger.endAttempt({ unitSerial, attempt, outcome, actor, ms: 5 });

const storyOf = async ({ ledger }: Bed, unitSerial: string) =>
  (await ledger.showUnit(unitSerial)).journal.map(({ entry }) => entry);

test('a unit that AWS provisioned is registered with its PASS, and joins no batch', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const { attempt, requestId } = await askFor(bed, 'U1');
  await ledger.recordAwsMade({ requestId, certificateId: idOf('a1') });
  await ledger.recordAwsIssued({ ...answer(requestId, 'a1'), thing });
  assert.equal((await ledger.showUnit('U1')).state, 'issued', 'not before there is a device for the thing');
  await end(bed, 'U1', attempt, 'ERROR');
  // The next attempt knows what AWS made.
  const again = await ledger.startAttempt(start('U1'));
  assert.deepEqual(again.standing.certificate?.thing, thing);
  await end(bed, 'U1', again.attempt);
  const { state, journal } = await ledger.showUnit('U1');
  assert.equal(state, 'registered');
  assert.deepEqual(journal.at(-1)?.data, { target, template, thingName: 'thing-U1' });
  assert.equal(await ledger.readyUnits(target), 0);
  await assert.rejects(ledger.batchCandidates({ target, unitSerials: ['U1'] }), refuses('call.badParams'));
  await assert.rejects(ledger.startAttempt(start('U1')), refuses('unit.alreadyPassed'));
  assert.equal((await ledger.listUnits({ state: 'registered' })).total, 1);
});

test('it is held against the registry: registered, with the thing that AWS made', async (t) => {
  const bed = await makeBed(t);
  const { requestId } = await askFor(bed, 'U1');
  await bed.ledger.recordAwsMade({ requestId, certificateId: idOf('a1') });
  await bed.ledger.recordAwsIssued({ ...answer(requestId, 'a1'), thing });
  const alone = await bed.ledger.startAttempt(start('U2'));
  const job = { unitSerial: 'U2', attempt: alone.attempt, actor, target, profile: 'aws-iot-device' };
  const asked = await bed.ledger.askAws({ ...job, request: { isCaKey: false }, spkiSha256: keyOf('U2') });
  await bed.ledger.recordAwsIssued(answer(asked, 'a2'));
  const page = { target, after: '', limit: 5 };
  const unit = { certificateId: idOf('a1'), unitSerial: 'U1', thingName: 'thing-U1' };
  assert.deepEqual(await bed.ledger.registeredUnits(page), [unit], 'a certificate without a thing is none');
  assert.deepEqual(await bed.ledger.registeredUnits({ ...page, after: idOf('a1') }), []);
  assert.deepEqual(await bed.ledger.registeredUnits({ ...page, target: 'elsewhere' }), []);
  const [recorded] = await bed.ledger.recordedCertificates({ target, ids: [idOf('a1')] });
  assert.deepEqual([recorded?.registered, recorded?.inUse], [true, true]);
});

test('what stops between the certificate and the thing leaves a lost request that names its certificate', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const first = await askFor(bed, 'U1');
  await ledger.recordAwsMade({ requestId: first.requestId, certificateId: idOf('a1') });
  await end(bed, 'U1', first.attempt, 'ERROR');
  const [lost] = await ledger.lostAwsRequests();
  assert.deepEqual([lost?.requestId, lost?.certificateId], [first.requestId, idOf('a1')]);
  await assert.rejects(
    ledger.recordAwsIssued({ ...answer(first.requestId, 'a1'), thing }),
    refuses('records.conflict'),
  );

  const second = await askFor(bed, 'U1');
  await ledger.recordAwsMade({ requestId: second.requestId, certificateId: idOf('a2') });
  await ledger.recordAwsIssued({ ...answer(second.requestId, 'a2'), thing });
  await ledger.recordAwsOrphan({ requestId: first.requestId, certificateId: idOf('a1') });
  assert.deepEqual(await ledger.lostAwsRequests(), [], 'there is no other to look for');
  await end(bed, 'U1', second.attempt);
  assert.deepEqual(await storyOf(bed, 'U1'), [
    ...['attempt.started', 'certificate.asked', 'certificate.made', 'certificate.lost', 'attempt.ended'],
    ...['attempt.started', 'certificate.asked', 'certificate.made', 'certificate.issued', 'certificate.withdrawn'],
    ...['attempt.ended', 'registration.provisioned'],
  ]);
});

test('a certificate that AWS deleted by itself is told once', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const { attempt, requestId } = await askFor(bed, 'U1');
  const certificateId = idOf('a1');
  await ledger.recordAwsMade({ requestId, certificateId });
  await end(bed, 'U1', attempt, 'ERROR');
  await ledger.recordAwsLapsed({ requestId, certificateId });
  const { journal } = await ledger.showUnit('U1');
  assert.deepEqual(journal.at(-1)?.data, { certificateId, target, how: 'lapsed' });
  assert.deepEqual(await ledger.lostAwsRequests(), []);
  await assert.rejects(ledger.recordAwsLapsed({ requestId, certificateId }), refuses('records.conflict'));
});

test('nothing comes on record but what AWS made for this request', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const { requestId } = await askFor(bed, 'U1');
  const conflict = refuses('records.conflict');
  await assert.rejects(ledger.recordAwsIssued({ ...answer(requestId, 'a1'), thing }), conflict, 'not told before');
  await ledger.recordAwsMade({ requestId, certificateId: idOf('a1') });
  await assert.rejects(ledger.recordAwsMade({ requestId, certificateId: idOf('a2') }), conflict, 'it has one');
  await assert.rejects(ledger.recordAwsIssued({ ...answer(requestId, 'a2'), thing }), conflict, 'another one');
  const sql = openSqlite(bed.file);
  t.after(() => sql.close());
  for (const text of [
    'UPDATE awsRequests SET certificateId = NULL',
    `UPDATE awsRequests SET certificateId = '${idOf('a2')}'`,
    `UPDATE awsRequests SET template = 'other'`,
    `UPDATE awsRequests SET thing = '{}'`,
    'DELETE FROM awsRequests',
  ])
    assert.throws(() => sql.run(text), conflict, text);
});
