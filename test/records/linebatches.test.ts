/** Batches that take the units of an order as they pass. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Bed, makeBed, orderId, passUnit, refuses } from './support.ts';

const day = 24 * 60 * 60_000;
const registration = { target: 'eu', way: 'registerThing' } as const;

const joined = async (bed: Bed, batchId: string, way: 'registerThing' | 'withoutCa' = 'registerThing') => {
  const units = await bed.ledger.batchCandidates({ orderId, target: 'eu', state: 'passed' });
  return bed.ledger.joinLineBatch({ orderId, target: 'eu', way, batchId, units });
};
const lines = async ({ ledger }: Bed, batchId: string) =>
  (await ledger.showBatch({ batchId })).members.map(({ line, unitSerial, state }) => [line, unitSerial, state]);
const settle = ({ ledger }: Bed, batchId: string, line: number, state: 'registered' | 'rejected' = 'registered') =>
  ledger.recordResults({ batchId, results: [{ line, state, ...(state === 'rejected' ? { reason: 'no' } : {}) }] });

async function bedOf(...given: Parameters<typeof makeBed>): Promise<Bed> {
  const bed = await makeBed(...given);
  await bed.ledger.setOrderRegistration({ orderId, registration, actor: 'erik' });
  return bed;
}

test('an order says how its units are registered; closed, it still does, for its last units', async (t) => {
  const bed = await bedOf(t);
  assert.deepEqual((await bed.ledger.listOrders())[0]?.registration, registration);
  await bed.ledger.closeOrder({ orderId, actor: 'erik' });
  assert.deepEqual(await bed.ledger.lineRegistrations(), [{ orderId, ...registration }]);
  await bed.ledger.setOrderRegistration({ orderId, registration: null, actor: 'erik' });
  assert.deepEqual(await bed.ledger.lineRegistrations(), []);
  const unknown = bed.ledger.setOrderRegistration({ orderId: 'WO-9', registration, actor: 'erik' });
  await assert.rejects(unknown, refuses('order.notFound'));
});

test('units that pass join the open batch after its last line, each once', async (t) => {
  const bed = await bedOf(t);
  assert.equal(await joined(bed, 'B0'), undefined, 'no unit, no batch');
  await passUnit(bed, 'A');
  assert.equal(await joined(bed, 'B1'), 'B1');
  assert.equal(await joined(bed, 'B2'), undefined, 'nothing new');
  await passUnit(bed, 'B');
  await passUnit(bed, 'C');
  assert.equal(await joined(bed, 'B2'), 'B1');
  assert.deepEqual(await lines(bed, 'B1'), [
    [1, 'A', 'waiting'],
    [2, 'B', 'waiting'],
    [3, 'C', 'waiting'],
  ]);
  const journal = (await bed.ledger.showUnit('C')).journal.filter(({ entry }) => entry === 'batch.member');
  assert.deepEqual(
    journal.map(({ actor, data }) => [actor, data]),
    [['station', { batchId: 'B1', line: 3 }]],
  );
  assert.deepEqual(await bed.ledger.openLineBatches(), [{ batchId: 'B1', waiting: 3, isOver: false }]);
  const [row] = await bed.ledger.listBatches();
  assert.deepEqual(
    [row?.lineOrder, row?.target, row?.way, row?.createdBy],
    [orderId, 'eu', 'registerThing', 'station'],
  );
});

test('a rejected unit is not told to AWS again by itself', async (t) => {
  const bed = await bedOf(t);
  await passUnit(bed, 'A');
  await joined(bed, 'B1');
  await bed.ledger.advanceBatch({ batchId: 'B1', state: 'running' });
  await settle(bed, 'B1', 1, 'rejected');
  bed.clock.advance(day);
  await passUnit(bed, 'B');
  assert.equal(await joined(bed, 'B2'), 'B2', 'after a day the next unit begins another batch');
  assert.equal((await bed.ledger.batchHead('B1')).state, 'done');
  assert.deepEqual(await lines(bed, 'B2'), [[1, 'B', 'waiting']]);
  assert.equal(await joined(bed, 'B3'), undefined);
  const ready = await bed.ledger.batchCandidates({ target: 'eu' });
  assert.deepEqual(
    ready.map(({ unitSerial }) => unitSerial),
    ['A'],
    'a person may put it into a batch',
  );
});

test('a batch with units that wait takes more of them, however old it is; another way begins another batch', async (t) => {
  const bed = await bedOf(t);
  await passUnit(bed, 'A');
  await joined(bed, 'B1');
  bed.clock.advance(2 * day);
  await passUnit(bed, 'B');
  assert.equal(await joined(bed, 'B2'), 'B1', 'AWS was away for two days');
  assert.deepEqual(await bed.ledger.openLineBatches(), [{ batchId: 'B1', waiting: 2, isOver: true }]);
  await bed.ledger.advanceBatch({ batchId: 'B1', state: 'running' });
  for (const line of [1, 2]) await settle(bed, 'B1', line);
  await passUnit(bed, 'C');
  assert.equal(await joined(bed, 'B2', 'withoutCa'), 'B2');
  assert.equal((await bed.ledger.batchHead('B2')).way, 'withoutCa');
});

test('a batch that a person stopped takes units and waits; it is over once its order goes elsewhere', async (t) => {
  const bed = await bedOf(t);
  await passUnit(bed, 'A');
  await joined(bed, 'B1');
  await bed.ledger.advanceBatch({ batchId: 'B1', state: 'running' });
  await bed.ledger.advanceBatch({ batchId: 'B1', state: 'stopped' });
  await passUnit(bed, 'B');
  assert.equal(await joined(bed, 'B2'), 'B1');
  assert.deepEqual(await bed.ledger.openLineBatches(), [], 'nothing starts it but a person');
  await bed.ledger.advanceBatch({ batchId: 'B1', state: 'running' });
  const elsewhere = { ...registration, target: 'us' };
  await bed.ledger.setOrderRegistration({ orderId, registration: elsewhere, actor: 'erik' });
  assert.deepEqual(await bed.ledger.openLineBatches(), [{ batchId: 'B1', waiting: 2, isOver: true }]);
});

test('members without a result are told with why they must not go to AWS; a run again forgets old reasons', async (t) => {
  const bed = await bedOf(t);
  for (const serial of ['A', 'B', 'C']) await passUnit(bed, serial);
  await joined(bed, 'B1');
  await bed.ledger.advanceBatch({ batchId: 'B1', state: 'running' });
  await settle(bed, 'B1', 1);
  await settle(bed, 'B1', 2, 'rejected');
  const waiting = async (afterLine = 0) =>
    (await bed.ledger.waitingMembers({ batchId: 'B1', afterLine, limit: 10 })).map(({ line, outOfUse }) => [
      line,
      outOfUse,
    ]);
  assert.deepEqual(await waiting(), [[3, null]]);
  assert.deepEqual(await waiting(3), []);
  await bed.ledger.advanceBatch({ batchId: 'B1', state: 'stopped' });
  await bed.ledger.advanceBatch({ batchId: 'B1', state: 'running' });
  assert.deepEqual(await waiting(), [
    [2, null],
    [3, null],
  ]);
  const error = { code: 'cloud.denied', detail: 'no' } as const;
  await bed.ledger.advanceBatch({ batchId: 'B1', state: 'running', data: { error } });
  await bed.ledger.forgetBatchError('B1');
  assert.equal((await bed.ledger.batchHead('B1')).error, null);
});
