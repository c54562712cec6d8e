/** Batches of several targets and ways: what is ready is ready for a target, and a unit has a result in each. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BatchState, batchState, mayBecome } from '../../app/contract/model.ts';
import { type Bed, makeBatch, makeBed, passUnit, refuses, runBatch } from './support.ts';

const serials = async ({ ledger }: Bed, choice: Parameters<Bed['ledger']['batchCandidates']>[0]) =>
  (await ledger.batchCandidates(choice)).map(({ unitSerial }) => unitSerial);

/** A batch of all ready units, registered by RegisterThing in this target. */
async function registeredIn(bed: Bed, batchId: string, target: string): Promise<void> {
  const candidates = await bed.ledger.batchCandidates({ target });
  const members = candidates.map(({ unitSerial, certificateId }, at) => ({ line: at + 1, unitSerial, certificateId }));
  await bed.ledger.recordBatch({ batchId, target, way: 'registerThing', members, actor: 'erik' });
  await bed.ledger.advanceBatch({ batchId, state: 'running' });
  const results = members.map(({ line }) => ({ line, state: 'registered' as const, thingName: `${target}-${line}` }));
  await bed.ledger.recordResults({ batchId, results });
  await bed.ledger.advanceBatch({ batchId, state: 'done' });
}

const day = 24 * 60 * 60_000;

test('a unit is ready for a target until it is in a live batch of that target; the other targets do not matter', async (t) => {
  const bed = await makeBed(t);
  for (const serial of ['A', 'B']) await passUnit(bed, serial);
  await makeBatch(bed, 'B1', ['A']);
  assert.deepEqual(await serials(bed, {}), ['B'], 'without a name it is the target of older records');
  assert.deepEqual(await serials(bed, { target: 'main' }), ['B']);
  assert.deepEqual((await serials(bed, { target: 'eu' })).sort(), ['A', 'B']);
  assert.deepEqual([await bed.ledger.readyUnits('main'), await bed.ledger.readyUnits('eu')], [1, 2]);

  await runBatch(bed.ledger, 'B1');
  await bed.ledger.recordResults({ batchId: 'B1', results: [{ line: 1, state: 'registered', thingName: 'A' }] });
  await bed.ledger.advanceBatch({ batchId: 'B1', state: 'done' });
  assert.deepEqual((await serials(bed, { target: 'eu' })).sort(), ['A', 'B'], 'registered in one, ready for the other');
  await registeredIn(bed, 'B2', 'eu');
  assert.deepEqual(await serials(bed, { target: 'eu' }), []);
  assert.deepEqual(await serials(bed, {}), ['B']);
  assert.deepEqual(
    (await bed.ledger.showUnit('A')).batches.map(({ batchId, target, way, state }) => [batchId, target, way, state]),
    [
      ['B1', 'main', 'bulk', 'registered'],
      ['B2', 'eu', 'registerThing', 'registered'],
    ],
  );
});

test('a certificate is in one live batch of a target by the file itself, and a member goes where its batch goes', async (t) => {
  const bed = await makeBed(t);
  await passUnit(bed, 'A');
  const [{ certificateId = '' } = {}] = await bed.ledger.batchCandidates({});
  const members = [{ line: 1, unitSerial: 'A', certificateId }];
  const batch = { way: 'withoutCa', members, actor: 'erik' } as const;
  await bed.ledger.recordBatch({ ...batch, batchId: 'B1', target: 'eu' });
  await bed.ledger.recordBatch({ ...batch, batchId: 'B2', target: 'us' });
  await assert.rejects(
    bed.ledger.recordBatch({ ...batch, batchId: 'B3', target: 'eu' }),
    refuses('call.badParams', { unitSerial: 'A' }),
  );
  const heads = await Promise.all(['B1', 'B2'].map((batchId) => bed.ledger.batchHead(batchId)));
  assert.deepEqual(
    heads.map(({ target, way, objectKey }) => [target, way, objectKey]),
    [
      ['eu', 'withoutCa', ''],
      ['us', 'withoutCa', ''],
    ],
  );
  assert.deepEqual(
    (await bed.ledger.listBatches()).map(({ digest }) => digest),
    [null, null],
    'without a file there is no digest to show',
  );
});

test('units are chosen by order, period and state; conditions narrow each other', async (t) => {
  const bed = await makeBed(t);
  await passUnit(bed, 'A');
  bed.clock.advance(day);
  await passUnit(bed, 'B');
  await registeredIn(bed, 'B1', 'eu');
  bed.clock.advance(day);
  await passUnit(bed, 'C');
  assert.deepEqual(await serials(bed, { since: '2026-11-22T08:00:00.000Z' }), ['B', 'C'], 'the first moment counts');
  assert.deepEqual(await serials(bed, { until: '2026-11-22T08:00:00.000Z' }), ['A'], 'the last one does not');
  assert.deepEqual(await serials(bed, { since: '2026-11-22T00:00:00Z', until: '2026-11-23T00:00:00Z' }), ['B']);
  assert.deepEqual(await serials(bed, { state: 'registered' }), ['A', 'B']);
  assert.deepEqual(await serials(bed, { state: 'passed' }), ['C']);
  assert.deepEqual(await serials(bed, { state: 'rejected' }), []);
  assert.deepEqual(await serials(bed, { state: 'registered', since: '2026-11-22T00:00:00Z' }), ['B']);
  assert.deepEqual(await serials(bed, { orderId: 'WO-1', state: 'passed' }), ['C']);
  await assert.rejects(
    bed.ledger.batchCandidates({ unitSerials: ['C'], state: 'registered' }),
    refuses('call.badParams'),
  );
});

test('a batch without a file goes made, running, done; nothing else', () => {
  const allowed = (from: BatchState) => batchState.options.filter((to) => mayBecome(from, to, 'registerThing'));
  assert.deepEqual(Object.fromEntries(batchState.options.map((from) => [from, allowed(from)])), {
    making: ['making', 'made', 'failed', 'stopped'],
    made: ['made', 'running', 'failed', 'stopped'],
    uploading: [],
    uploaded: [],
    starting: [],
    running: ['running', 'done', 'failed', 'stopped'],
    reconciling: [],
    done: [],
    failed: ['running', 'failed'],
    stopped: ['running', 'stopped'],
  });
});
