/** Alerts: each is raised once, says why, goes to the MES, and is cleared when what it says is no longer so. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AlertRules, noAlerts } from '../../app/contract/alerts.ts';
import type { ErrorCode } from '../../app/contract/errors.ts';
import { createLedger } from '../../app/records/index.ts';
import { type Bed, makeBed, passUnit, start } from './support.ts';

/** Judges as the station does after units: what was seen is not looked at again. */
function watch({ ledger }: Bed, rules: Partial<AlertRules>) {
  let after: number | null = null;
  return async (changed = rules) => {
    after = (await ledger.judgeAlerts({ rules: { ...noAlerts, ...changed }, after })).upTo;
    return (await ledger.openAlerts()).map(({ rule, about, value, limit }) => [rule, about, value, limit]);
  };
}

let units = 0;
async function end(bed: Bed, outcome: 'FAIL' | 'ERROR' | 'ABORTED', code?: ErrorCode, unitSerial = `X-${units++}`) {
  const { attempt } = await bed.ledger.startAttempt(start(unitSerial));
  const error = code === undefined ? {} : { error: { code, detail: '' } };
  await bed.ledger.endAttempt({ unitSerial, attempt, outcome, actor: 'olga', ms: 1, ...error });
}
const pass = (bed: Bed) => passUnit(bed, `P-${units++}`);

const alertEntries = async ({ ledger }: Bed) =>
  (await ledger.searchAudit({ descending: false, limit: 500 })).rows.filter(({ entry }) => entry.startsWith('alert.'));

test('the yield of the last units: once below, once cleared; a repeat of a unit does not count', async (t) => {
  const bed = await makeBed(t);
  const judge = watch(bed, { yield: { units: 5, percent: 80 } });
  for (let index = 0; index < 3; index++) await pass(bed);
  await end(bed, 'FAIL', 'link.timeout', 'U');
  assert.deepEqual(await judge(), [], 'four units say nothing yet');
  // The same unit again is no further first result.
  await end(bed, 'FAIL', 'link.timeout', 'U');
  assert.deepEqual(await judge(), []);
  await end(bed, 'ERROR', 'link.timeout');
  await end(bed, 'FAIL', 'csr.weakKey');
  assert.deepEqual(await judge(), [['yield', '', 60, 80]]);
  await end(bed, 'FAIL', 'csr.weakKey');
  assert.equal((await judge()).length, 1);
  for (let index = 0; index < 4; index++) await pass(bed);
  assert.deepEqual(await judge(), [], '4 of the last 5');
  const told = await alertEntries(bed);
  assert.deepEqual(
    told.map(({ entry, subject, actor }) => [entry, subject, actor]),
    [
      ['alert.raised', 'WO-1', 'station'],
      ['alert.cleared', 'WO-1', 'station'],
    ],
  );
  const { events } = await bed.ledger.listEvents({ after: 0, limit: 500 });
  const ofAlerts = events.filter(({ alert }) => alert !== undefined);
  assert.deepEqual(
    ofAlerts.map(({ type, orderId, alert }) => [type, orderId, alert?.rule, alert?.value]),
    [
      ['alert.raised', 'WO-1', 'yield', 60],
      ['alert.cleared', 'WO-1', 'yield', 60],
    ],
  );
  assert.deepEqual(await bed.ledger.integrityCheck(), []);
});

test('the same error in a row: a stop is passed over, another error or a pass ends the row', async (t) => {
  const bed = await makeBed(t);
  const judge = watch(bed, { sameCode: { times: 3 } });
  await end(bed, 'FAIL', 'link.timeout');
  await end(bed, 'ERROR', 'link.timeout');
  assert.deepEqual(await judge(), []);
  await end(bed, 'ABORTED');
  await end(bed, 'FAIL', 'link.timeout');
  assert.deepEqual(await judge(), [['sameCode', 'link.timeout', 3, 3]]);
  for (let index = 0; index < 3; index++) await end(bed, 'FAIL', 'csr.weakKey');
  assert.deepEqual(await judge(), [['sameCode', 'csr.weakKey', 3, 3]], 'another alert, in place of the first');
  await pass(bed);
  assert.deepEqual(await judge(), []);
});

test('a slow step, by its p95; a rule that is switched off clears what it raised', async (t) => {
  const bed = await makeBed(t);
  const judge = watch(bed, { stepTimes: [{ step: 'seal', limitMs: 900 }] });
  for (let index = 0; index < 20; index++) {
    const unitSerial = `S-${index}`;
    const { attempt } = await bed.ledger.startAttempt(start(unitSerial));
    const step = { unitSerial, attempt, entry: 'step.done', step: 'seal', actor: 'olga', data: {} } as const;
    await bed.ledger.journal({ ...step, ms: index < 18 ? 500 : 1000 });
    await bed.ledger.endAttempt({ unitSerial, attempt, outcome: 'ABORTED', actor: 'olga', ms: 1 });
    if (index === 18) assert.deepEqual(await judge(), [], '19 runs say nothing yet');
  }
  assert.deepEqual(await judge(), [['stepTime', 'seal', 1000, 900]]);
  assert.deepEqual(await judge({}), []);
});

test('what is judged without a change writes nothing; an order that is whole is not late', async (t) => {
  const bed = await makeBed(t, { quantity: 1 });
  let writes = 0;
  const write: typeof bed.database.write = (...asked) => {
    writes += 1;
    return bed.database.write(...asked);
  };
  const ledger = createLedger({ ...bed.database, write }, bed.clock);
  const judge = async () => (await ledger.judgeAlerts({ rules: { ...noAlerts, overdue: true }, after: null })).changed;
  await bed.ledger.changeOrder({ orderId: 'WO-1', dueAt: bed.clock.now().toISOString(), actor: 'x' });
  assert.deepEqual([await judge(), writes], [true, 1], 'its one unit is missing');
  assert.deepEqual([await judge(), writes], [false, 1]);
  await pass(bed);
  assert.deepEqual([await judge(), writes], [true, 2]);
  assert.deepEqual(await ledger.openAlerts(), []);
  assert.deepEqual([await judge(), writes], [false, 2]);
});

test('an order past its day, until it is closed; the station’s own clock raises it', async (t) => {
  const bed = await makeBed(t, { quantity: 3 });
  const judge = watch(bed, { overdue: true });
  const dueAt = '2026-11-22T08:00:00.000Z';
  const order = { model: 'M', quantity: 7, profile: 'p', activate: false, actor: 'x' };
  await bed.ledger.makeOrder({ ...order, orderId: 'WO-9', dueAt });
  assert.deepEqual(await judge(), []);
  bed.clock.advance(86_400_000);
  assert.deepEqual(await judge(), [['overdue', '', 7, 0]]);
  await bed.ledger.closeOrder({ orderId: 'WO-9', actor: 'x' });
  assert.deepEqual(await judge(), []);
});
