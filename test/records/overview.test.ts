/** The overview of the desk: each figure by what moves it, and by nothing else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ErrorCode } from '../../app/contract/errors.ts';
import type { ConnectionFact } from '../../app/records/connections/machine.ts';
import { type Bed, makeBatch, makeBed, passUnit, runBatch, start } from './support.ts';

const dayMs = 86_400_000;

async function end(bed: Bed, unitSerial: string, outcome: 'FAIL' | 'ERROR' | 'ABORTED', code?: ErrorCode) {
  const { attempt } = await bed.ledger.startAttempt(start(unitSerial));
  const error = code === undefined ? {} : { error: { code, detail: '' } };
  await bed.ledger.endAttempt({ unitSerial, attempt, outcome, actor: 'olga', ms: 1, ...error });
}

/** The three days that end with the one that begins `begun` ms after 1970. */
const daysTo = (begun: number) => ({
  days: [-2, -1, 0].map((day) => ({
    since: new Date(begun + day * dayMs).toISOString(),
    until: new Date(begun + (day + 1) * dayMs).toISOString(),
  })),
});

test('results count on their own day: from its first moment on, and before the first of the next', async (t) => {
  const bed = await makeBed(t);
  const { clock, ledger } = bed;
  const first = clock.now().getTime();
  let last = 0;
  const at = (ms: number) => {
    clock.advance(ms - last);
    last = ms;
  };
  await end(bed, 'A', 'FAIL', 'link.lost');
  at(dayMs - 1);
  await end(bed, 'B', 'ERROR', 'link.timeout');
  await passUnit(bed, 'C');
  at(dayMs);
  await passUnit(bed, 'A');
  await end(bed, 'D', 'ABORTED');
  await end(bed, 'E', 'FAIL', 'link.lost');
  await passUnit(bed, 'F');
  at(2 * dayMs);
  await end(bed, 'G', 'FAIL', 'csr.weakKey');
  const { days, today, failures } = await ledger.overview(daysTo(first + dayMs));
  assert.deepEqual(
    days.map(({ passed, failed, errors }) => [passed, failed, errors]),
    [
      [0, 0, 0],
      [1, 1, 1],
      [2, 1, 0],
    ],
  );
  const { passed, failed, errors, units, firstPassYield } = today;
  assert.deepEqual({ passed, failed, errors }, { passed: 2, failed: 1, errors: 0 });
  assert.deepEqual([units, firstPassYield], [2, 0.5], 'A had its first result the day before');
  assert.deepEqual(failures, [
    { code: 'link.lost', attempts: 2 },
    { code: 'csr.weakKey', attempts: 1 },
    { code: 'link.timeout', attempts: 1 },
  ]);
  const later = await ledger.overview(daysTo(first + 3 * dayMs));
  assert.deepEqual(later.failures, [
    { code: 'csr.weakKey', attempts: 1 },
    { code: 'link.lost', attempts: 1 },
  ]);
  assert.deepEqual([later.today.units, later.today.firstPassYield], [0, null]);
});

test('of the errors the six most frequent are told', async (t) => {
  const bed = await makeBed(t);
  const codes = [
    'link.lost',
    'link.timeout',
    'csr.weakKey',
    'link.noPort',
    'link.noise',
    'link.booting',
    'policy.interlock',
  ] as const;
  for (const [index, code] of codes.entries())
    for (let times = 0; times <= index; times += 1) await end(bed, `U-${index}-${times}`, 'FAIL', code);
  const { failures } = await bed.ledger.overview(daysTo(bed.clock.now().getTime()));
  assert.deepEqual(
    failures.map(({ code, attempts }) => [code, attempts]),
    codes
      .map((code, index) => [code, index + 1])
      .reverse()
      .slice(0, 6),
  );
});

test('batches that wait for a person or are under way are told, the latest five; done ones are not', async (t) => {
  const bed = await makeBed(t);
  const { ledger, clock } = bed;
  const { days } = daysTo(clock.now().getTime());
  for (let batch = 0; batch < 7; batch += 1) {
    await passUnit(bed, `U-${batch}`);
    await makeBatch(bed, `B-${batch}`, [`U-${batch}`]);
    clock.advance(1000);
  }
  const seen = async () => {
    const { batches, openBatches, batchesFailed } = await ledger.overview({ days });
    return [batches.map(({ batchId, state, count }) => `${batchId} ${state} ${count}`), openBatches, batchesFailed];
  };
  const names = [6, 5, 4, 3, 2].map((batch) => `B-${batch} made 1`);
  assert.deepEqual(await seen(), [names, 7, 0]);
  await runBatch(ledger, 'B-6');
  await ledger.recordResults({ batchId: 'B-6', results: [{ line: 1, state: 'registered' }] });
  await ledger.advanceBatch({ batchId: 'B-6', state: 'done' });
  await ledger.advanceBatch({ batchId: 'B-5', state: 'uploading' });
  await ledger.advanceBatch({ batchId: 'B-5', state: 'failed' });
  assert.deepEqual(await seen(), [['B-5 failed 1', ...names.slice(2), 'B-1 made 1'], 6, 1]);
});

test('certificates that wait to be revoked count until they are', async (t) => {
  const bed = await makeBed(t);
  const { ledger, clock } = bed;
  const queued = async () => (await ledger.overview(daysTo(clock.now().getTime()))).revocationsQueued;
  const [{ serialHex: one }, { serialHex: other }] = [await passUnit(bed, 'A'), await passUnit(bed, 'B')];
  await passUnit(bed, 'C');
  assert.equal(await queued(), 0);
  for (const serialHex of [one, other]) await ledger.queueRevocation({ serialHex, reason: 'doubted' });
  assert.equal(await queued(), 2);
  await ledger.revokeCertificate({ serialHex: one, reason: 'keyCompromise', note: 'x', actor: 'quinn' });
  assert.equal(await queued(), 1);
});

test('first connections that are late or failed count, and those of other states do not', async (t) => {
  const bed = await makeBed(t);
  const { ledger, clock } = bed;
  for (const unit of ['A', 'B', 'C', 'D']) await passUnit(bed, unit);
  const { passes, upTo } = await ledger.newPasses();
  const dueAt = new Date(clock.now().getTime() + 1000).toISOString();
  const expected = passes.map(({ unitSerial, orderId, passedAt, certificateId }) => ({
    ...{ unitSerial, orderId, passedAt, certificateId, dueAt },
    ...{ target: 'main', way: 'jitp' as const, thingName: unitSerial, askAt: null, isRegistered: false },
  }));
  await ledger.expectConnections({ expected, upTo: upTo! });
  const seen = async () => {
    const { overdue, connectionsFailed } = await ledger.overview(daysTo(clock.now().getTime()));
    return [overdue, connectionsFailed];
  };
  assert.deepEqual(await seen(), [0, 0]);
  clock.advance(1000);
  const note = (unitSerial: string, fact: ConnectionFact) =>
    ledger.noteConnections({ noted: [{ unitSerial, target: 'main', fact }] });
  const came = { connectedAt: clock.now().toISOString(), source: 'registry', clientId: null, sourceIp: null } as const;
  await note('A', { kind: 'seen', ...came });
  await note('B', { kind: 'found', reason: 'inactive', made: null });
  assert.deepEqual(await seen(), [0, 1]);
  assert.equal(await ledger.markOverdue({ limit: 1 }), 1);
  assert.deepEqual(await seen(), [1, 1]);
  assert.equal(await ledger.markOverdue({ limit: 9 }), 1);
  assert.deepEqual(await seen(), [2, 1]);
});
