/** Batches made of what another one left, and what is told of a batch. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeBatch, makeBed, passUnit, refuses, runBatch } from './support.ts';

test('units that a batch left without a thing are the candidates of a new one, and no others', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  for (const unitSerial of ['A', 'B', 'C', 'D']) await passUnit(bed, unitSerial);
  await makeBatch(bed, 'B1');
  await passUnit(bed, 'E');
  await assert.rejects(
    ledger.letGoMembers({ batchId: 'B1', actor: 'erik', reason: 'no', limit: 9 }),
    refuses('batch.badState'),
    'not while AWS may get them',
  );
  await runBatch(ledger, 'B1');
  await ledger.recordResults({
    batchId: 'B1',
    results: [
      { line: 1, state: 'registered' },
      { line: 2, state: 'rejected', reason: 'no' },
    ],
  });
  await ledger.advanceBatch({ batchId: 'B1', state: 'stopped' });
  const page = async () =>
    (await ledger.candidatePage({ wanted: { fromBatch: 'B1' }, upTo: await ledger.lastEntry(), after: 0 })).candidates;
  assert.deepEqual(await page(), [], 'they are still in the batch');
  const letGo = () => ledger.letGoMembers({ batchId: 'B1', actor: 'erik', reason: 'put into a new batch', limit: 2 });
  assert.deepEqual([await letGo(), await letGo(), await letGo()], [2, 1, 0]);
  assert.deepEqual((await page()).map(({ unitSerial }) => unitSerial).sort(), ['B', 'C', 'D']);
  const { registered, rejected, unaccounted, count } = await ledger.showBatch({ batchId: 'B1' });
  assert.deepEqual([registered, rejected, unaccounted, count], [1, 1, 2, 4]);
  const left = (await ledger.showUnit('C')).journal.at(-1);
  assert.deepEqual([left?.entry, left?.data.reason], ['batch.left', 'put into a new batch']);
  await assert.rejects(
    ledger.advanceBatch({ batchId: 'B1', state: 'uploading' }),
    refuses('batch.outdated'),
    'a batch whose members left is not sent again',
  );
});

test('candidates come page by page in the order of their passes; units that pass meanwhile wait for the next batch', async (t) => {
  const bed = await makeBed(t);
  for (const unitSerial of ['A', 'B', 'C']) await passUnit(bed, unitSerial);
  const upTo = await bed.ledger.lastEntry();
  await passUnit(bed, 'D');
  const { candidates, next } = await bed.ledger.candidatePage({ wanted: {}, upTo, after: 0 });
  assert.deepEqual(
    candidates.map(({ unitSerial, certificatePem }) => [unitSerial, certificatePem.startsWith('-----BEGIN')]),
    ['A', 'B', 'C'].map((unitSerial) => [unitSerial, true]),
  );
  assert.deepEqual(await bed.ledger.candidatePage({ wanted: {}, upTo, after: next ?? 0 }), {
    candidates: [],
    next: null,
  });
});

test('the counts on the row are those of the members, whatever happens to them', async (t) => {
  const bed = await makeBed(t);
  for (const unitSerial of ['A', 'B', 'C']) await passUnit(bed, unitSerial);
  await makeBatch(bed, 'B1');
  await runBatch(bed.ledger, 'B1');
  const results = (state: 'registered' | 'rejected' | 'unaccounted', reason?: string) =>
    bed.ledger.recordResults({ batchId: 'B1', results: [1, 2, 3].map((line) => ({ line, state, reason })) });
  for (const state of ['rejected', 'unaccounted', 'registered', 'registered'] as const) {
    await results(state, state === 'rejected' ? 'no' : undefined);
    const { registered, rejected, unaccounted, count } = await bed.ledger.showBatch({ batchId: 'B1' });
    const none = { registered: 0, rejected: 0, unaccounted: 0 };
    assert.deepEqual({ registered, rejected, unaccounted, count }, { ...none, [state]: 3, count: 3 });
  }
});

test('the story of a batch: each state once with its time, and reasons with what differs left out', async (t) => {
  const bed = await makeBed(t);
  const units = Array.from({ length: 6 }, (_, n) => `SN-${n}`);
  for (const unitSerial of units) await passUnit(bed, unitSerial);
  await makeBatch(bed, 'B1');
  bed.clock.advance(60_000);
  await runBatch(bed.ledger, 'B1');
  await bed.ledger.recordResults({
    batchId: 'B1',
    results: units.map((unitSerial, n) => ({
      line: n + 1,
      ...(n < 4
        ? { state: 'rejected' as const, reason: `ThrottlingException: thing of ${unitSerial}` }
        : { state: 'rejected' as const, reason: 'another' }),
    })),
  });
  const steps = await bed.ledger.batchSteps('B1');
  assert.deepEqual(steps.map(({ state }) => state).slice(0, 3), ['made', 'uploading', 'uploaded']);
  assert.equal(new Set(steps.map(({ state }) => state)).size, steps.length);
  assert.ok(Date.parse(steps[1]!.at) - Date.parse(steps[0]!.at) >= 60_000);
  assert.deepEqual(await bed.ledger.batchReasons('B1'), [
    { reason: 'ThrottlingException: thing of …', state: 'rejected', count: 4, example: 'SN-0' },
    { reason: 'another', state: 'rejected', count: 2, example: 'SN-4' },
  ]);
  await assert.rejects(bed.ledger.batchSteps('B9'), refuses('batch.notFound'));
});

test('a batch that goes back has the state in its story again; one that stands has it once', async (t) => {
  const bed = await makeBed(t);
  await passUnit(bed, 'A');
  await makeBatch(bed, 'B1');
  // AWS had no room for the task after all.
  for (const state of ['uploading', 'uploading', 'uploaded', 'starting', 'uploaded', 'starting'] as const)
    await bed.ledger.advanceBatch({ batchId: 'B1', state });
  const steps = await bed.ledger.batchSteps('B1');
  const states = ['made', 'uploading', 'uploaded', 'starting', 'uploaded', 'starting'];
  assert.deepEqual(
    steps.map(({ state }) => state),
    states,
  );
});
