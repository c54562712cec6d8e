/** Batches at their edges: who is named, who is let go, what stays on record, and in which order. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Bed, derOf, makeBatch, makeBed, passUnit, refuses, runBatch, sha256, start } from './support.ts';

const actor = 'erik';
const agreed = { reason: 'repaired', actor, agreedBy: 'olga' };
const rework = (bed: Bed, unitSerial: string) => bed.ledger.reworkUnit({ unitSerial, ...agreed });
const passAll = async (bed: Bed, serials: string[]) => {
  for (const serial of serials) await passUnit(bed, serial);
};
const lastAudit = async ({ ledger }: Bed) => {
  const { rows } = await ledger.listAudit({ limit: 1, offset: 0 });
  return [rows[0]?.entry, rows[0]?.actor, rows[0]?.subject, rows[0]?.data];
};
const candidates = async ({ ledger }: Bed) => (await ledger.batchCandidates({})).map(({ unitSerial }) => unitSerial);

test('a batch and each of its states are in the audit log, with what was told', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  await passAll(bed, ['A', 'B']);
  await makeBatch(bed, 'B1');
  const made = { count: 2, digest: sha256('B1'), objectKey: 'B1.json', target: 'main', way: 'bulk' };
  assert.deepEqual(await lastAudit(bed), ['batch.made', actor, 'B1', made]);
  assert.deepEqual(
    (await ledger.listUnits({})).rows.map(({ unitSerial }) => unitSerial),
    ['B', 'A'],
    'the last line is the latest change',
  );
  await ledger.advanceBatch({ batchId: 'B1', state: 'uploading', data: { bucket: 'b' } });
  const moved = { from: 'made', to: 'uploading', bucket: 'b' };
  assert.deepEqual(await lastAudit(bed), ['batch.advanced', 'station', 'B1', moved]);
  const again = { batchId: 'B1', digest: sha256('x'), objectKey: 'k', actor, members: [] };
  await assert.rejects(ledger.recordBatch(again), refuses('batch.empty'));
  const member = { line: 1, unitSerial: 'A', certificateId: sha256('x') };
  await assert.rejects(
    ledger.recordBatch({ ...again, members: [member] }),
    refuses('records.conflict', { batchId: 'B1' }),
  );
  await assert.rejects(
    ledger.recordBatch({ ...again, batchId: 'B2', members: [member] }),
    refuses('call.badParams', { unitSerial: 'A' }),
  );
});

test('details are added to, an error belongs to its state, and a new submission forgets both', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  await passAll(bed, ['A']);
  await makeBatch(bed, 'B1');
  const head = async () => {
    const { details, error, taskId, state } = await ledger.batchHead('B1');
    return { details, error, taskId, state };
  };
  assert.deepEqual(await head(), { details: {}, error: null, taskId: null, state: 'made' });
  const advance = (state: 'uploading' | 'uploaded' | 'failed', data = {}) =>
    ledger.advanceBatch({ batchId: 'B1', state, data });
  await advance('uploading', { details: { one: 1 } });
  await advance('uploading', { details: { two: 2 }, taskId: 't' });
  assert.deepEqual((await head()).details, { one: 1, two: 2 }, 'the same state again is no new submission');
  const error = { code: 'cloud.unreachable', detail: 'no answer' } as const;
  await advance('failed', { error });
  await advance('failed', {});
  assert.deepEqual(await head(), { details: { one: 1, two: 2 }, error, taskId: 't', state: 'failed' });
  await advance('uploading');
  assert.deepEqual(await head(), { details: {}, error: null, taskId: null, state: 'uploading' });
  await advance('uploading', { error });
  await advance('uploaded');
  assert.equal((await head()).error, null);
});

test('of several certificates out of use the first line is named, in the refusal and in what is recorded', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  await passAll(bed, ['A', 'B', 'C']);
  await makeBatch(bed, 'B1');
  await rework(bed, 'C');
  await rework(bed, 'B');
  const outdated = refuses('batch.outdated', { batchId: 'B1', unitSerial: 'B' });
  await assert.rejects(ledger.advanceBatch({ batchId: 'B1', state: 'uploading' }), outdated);
  await assert.rejects(ledger.failOutdated({ batchId: 'B9', actor }), refuses('batch.notFound', { batchId: 'B9' }));
  assert.equal(await ledger.failOutdated({ batchId: 'B1', actor }), true);
  assert.deepEqual(await lastAudit(bed), ['batch.withdrawn', actor, 'B1', { from: 'made', unitSerial: 'B', letGo: 3 }]);
  const reason = 'its certificate was revoked before the batch was submitted';
  const { journal } = await ledger.showUnit('B');
  assert.deepEqual(journal.at(-1)?.data, { batchId: 'B1', line: 2, reason });
  await assert.rejects(ledger.advanceBatch({ batchId: 'B1', state: 'uploading' }), outdated, 'as before');
});

test('a batch stays withdrawn when the certificate is put back: its units have left it', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  await passAll(bed, ['A', 'B', 'C']);
  await makeBatch(bed, 'B1');
  const { certificates } = await ledger.showUnit('C');
  const { serialHex } = certificates[0] ?? assert.fail();
  await ledger.queueRevocation({ serialHex, reason: 'doubtful' });
  await ledger.failOutdated({ batchId: 'B1', actor });
  const why = async (unitSerial: string) => (await ledger.showUnit(unitSerial)).journal.at(-1)?.data.reason;
  assert.match(String(await why('A')), /^withdrawn: another unit of the batch/);
  assert.match(String(await why('C')), /^its certificate was revoked/);
  await ledger.putBackCertificate({ serialHex, note: 'it is sound', actor });
  const sending = ledger.advanceBatch({ batchId: 'B1', state: 'uploading' });
  await assert.rejects(sending, refuses('batch.outdated', { batchId: 'B1', unitSerial: 'A' }));
  assert.deepEqual((await candidates(bed)).slice(0, 2), ['A', 'B'], 'in the order of the lines they left');
  assert.equal(await ledger.readyUnits(), 3);
});

test('a withdrawn batch keeps what AWS said of its members, and names the CA that was given up', async (t) => {
  const bed = await makeBed(t);
  const { ledger, issuerId } = bed;
  await passAll(bed, ['A', 'B', 'C', 'D']);
  await makeBatch(bed, 'B1');
  await runBatch(ledger, 'B1');
  await ledger.recordResults({
    batchId: 'B1',
    results: [
      { line: 1, state: 'registered', thingName: 'A' },
      { line: 2, state: 'rejected', reason: 'no such policy' },
      { line: 3, state: 'unaccounted', reason: 'no answer' },
    ],
  });
  await ledger.advanceBatch({ batchId: 'B1', state: 'stopped' });
  await rework(bed, 'D');
  await ledger.failOutdated({ batchId: 'B1', actor });
  const members = async () => (await ledger.showBatch({ batchId: 'B1' })).members.map((one) => [one.state, one.reason]);
  const own = 'its certificate was revoked before the batch was submitted';
  assert.deepEqual(await members(), [
    ['registered', null],
    ['rejected', 'no such policy'],
    ['unaccounted', 'no answer'],
    ['rejected', own],
  ]);
  assert.deepEqual((await lastAudit(bed))[3], { from: 'stopped', unitSerial: 'D', letGo: 3 });
  const left = async (unit: string) =>
    (await ledger.showUnit(unit)).journal.filter((one) => one.entry === 'batch.left');
  assert.equal((await left('A')).length, 0);
  assert.equal((await left('B')).length, 1);

  await makeBatch(bed, 'B2', ['B']);
  const { issuerId: parentId } = await ledger.addAuthority({ certificateDer: derOf('root'), kind: 'root', actor });
  const why = { reason: 'superseded', note: 'a new line', serialHex: '0a1b', agreement: { alone: true } } as const;
  await ledger.revokeAuthority({ issuerId, parentId, ...why, actor });
  await ledger.failOutdated({ batchId: 'B2', actor });
  const ca = 'the CA that issued its certificate was revoked before the batch was submitted';
  assert.equal((await left('B')).at(-1)?.data.reason, ca);
});

test('a result that changed is recorded and journaled, one that is the same is not', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  await passAll(bed, ['A', 'B']);
  await makeBatch(bed, 'B1');
  await runBatch(ledger, 'B1');
  const record = (result: { state: 'registered' | 'rejected'; thingName?: string; reason?: string }) =>
    ledger.recordResults({ batchId: 'B1', results: [{ line: 1, ...result }] });
  const done = async () => {
    const { journal } = await ledger.showUnit('A');
    return journal.filter(({ entry }) => entry === 'registration.done').map(({ data }) => data);
  };
  await record({ state: 'rejected', reason: 'one' });
  await record({ state: 'rejected', reason: 'one' });
  await record({ state: 'rejected', reason: 'two' });
  await record({ state: 'registered', thingName: 'first' });
  await record({ state: 'registered', thingName: 'second' });
  await record({ state: 'registered', thingName: 'second' });
  const data = { batchId: 'B1', line: 1 };
  assert.deepEqual(await done(), [
    { ...data, state: 'rejected', thingName: null, reason: 'one' },
    { ...data, state: 'rejected', thingName: null, reason: 'two' },
    { ...data, state: 'registered', thingName: 'first', reason: null },
    { ...data, state: 'registered', thingName: 'second', reason: null },
  ]);
  const [shown, other] = (await ledger.showBatch({ batchId: 'B1' })).members;
  assert.deepEqual(
    [shown?.state, shown?.thingName, shown?.reason, other?.state],
    ['registered', 'second', null, 'waiting'],
  );
  await assert.rejects(
    ledger.recordResults({ batchId: 'B1', results: [{ line: 9, state: 'registered' }] }),
    refuses('cloud.badAnswer', { batchId: 'B1', line: 9 }),
  );
});

test('batches are listed with the latest first; one with a member of each CA has them by their first line', async (t) => {
  const bed = await makeBed(t);
  const { ledger, clock, issuerId } = bed;
  await passAll(bed, ['A']);
  const { issuerId: next } = await ledger.addAuthority({ certificateDer: derOf('next'), kind: 'issuing', actor });
  bed.issuerId = next;
  await passAll(bed, ['B', 'C']);
  await makeBatch(bed, 'Z1', ['A', 'B']);
  assert.deepEqual(await ledger.batchAuthorities('Z1'), [
    { issuerId, count: 1 },
    { issuerId: next, count: 1 },
  ]);
  clock.advance(1000);
  await makeBatch(bed, 'A1', ['C']);
  assert.deepEqual(
    (await ledger.listBatches()).map(({ batchId }) => batchId),
    ['A1', 'Z1'],
  );
  await assert.rejects(ledger.showBatch({ batchId: 'none' }), refuses('batch.notFound', { batchId: 'none' }));
});

test('units of one order are found for a batch of it; a thing is called what its last install told the device', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const { certificateId, attempt } = await passUnit(bed, 'A');
  await ledger.makeOrder({
    orderId: 'NEXT',
    model: '*',
    quantity: 5,
    profile: 'aws-iot-device',
    activate: true,
    actor,
  });
  const other = await ledger.startAttempt(start('B', 'NEXT'));
  await ledger.endAttempt({ unitSerial: 'B', attempt: other.attempt, outcome: 'FAIL', actor, ms: 1 });
  const of = async (orderId: string) => (await ledger.batchCandidates({ orderId })).map(({ unitSerial }) => unitSerial);
  assert.deepEqual([await of('WO-1'), await of('NEXT')], [['A'], []]);
  const step = { unitSerial: 'A', attempt, entry: 'step.done', actor } as const;
  for (const thingName of ['first', 'second'])
    await ledger.journal({ ...step, step: 'install', data: { certificateId, thingName, bytes: 1 } });
  assert.equal((await ledger.batchCandidates({}))[0]?.thingName, 'second');
});
