/** Figures at their edges, and what orders and lists say of units that moved. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  derOf,
  issueFor,
  keyOf,
  lintedTbs,
  makeBed,
  model,
  orderId,
  passUnit,
  refuses,
  sha256,
  start,
} from './support.ts';

const actor = 'erin';
const profile = 'aws-iot-device';

test('the first unit of a shift does not promise hundreds: an hour is never made of less than a minute', async (t) => {
  const bed = await makeBed(t);
  const { ledger, clock } = bed;
  const since = clock.now().toISOString();
  await passUnit(bed, 'U1');
  assert.equal((await ledger.counters(since)).unitsPerHour, 60);
  clock.advance(120_000);
  await passUnit(bed, 'U2');
  assert.equal((await ledger.counters(since)).unitsPerHour, 60, 'two in two minutes');
  assert.equal((await ledger.counters(since)).taktSeconds, 120, 'two passes have a distance');
});

test('a unit that was begun before the shift and passed in it counts, with no time of work to divide by', async (t) => {
  const bed = await makeBed(t);
  const { ledger, clock } = bed;
  const { attempt } = await issueFor(bed, 'U1');
  clock.advance(60_000);
  const since = clock.now().toISOString();
  await ledger.endAttempt({ unitSerial: 'U1', attempt, outcome: 'PASS', actor, ms: 1 });
  const { passed, firstPassYield, unitsPerHour } = await ledger.counters(since);
  assert.deepEqual([passed, firstPassYield, unitsPerHour], [1, 1, 60]);
});

test('certificates issued are counted from that very moment on, and only those of devices', async (t) => {
  const bed = await makeBed(t);
  const { ledger, clock, issuerId } = bed;
  await issueFor(bed, 'U1');
  clock.advance(1);
  const since = clock.now().toISOString();
  await issueFor(bed, 'U2');
  const linted = lintedTbs(issuerId, { purpose: 'caVerification' });
  const { serialHex } = await ledger.reserve(linted, { unitSerial: null, attempt: 0, actor });
  await ledger.recordIssued({ serialHex, der: derOf(serialHex), certificateId: sha256(serialHex) });
  const { attempt } = await ledger.startAttempt(start('U3'));
  await ledger.reserve(lintedTbs(issuerId, { spkiSha256: keyOf('U3') }), { unitSerial: 'U3', attempt, actor });
  assert.equal(await ledger.issuedSince(since), 1);
  await ledger.queueRevocation({
    serialHex: (await ledger.showUnit('U1')).certificates[0]?.serialHex ?? '',
    reason: 'x',
  });
  assert.deepEqual(await ledger.authorityCounts(since), [{ issuerId, issued: 2, issuedSince: 1, live: 1 }]);
});

test('orders are listed with the latest first, those of one moment by their names', async (t) => {
  const { ledger, clock } = await makeBed(t);
  clock.advance(1000);
  for (const name of ['B', 'A']) {
    await ledger.makeOrder({ orderId: name, model, quantity: 1, profile, activate: false, actor });
  }
  assert.deepEqual(
    (await ledger.listOrders()).map((order) => [order.orderId, order.active]),
    [
      ['A', false],
      ['B', false],
      [orderId, true],
    ],
  );
  await ledger.closeOrder({ orderId: 'A', actor });
  const { rows } = await ledger.listAudit({ limit: 1, offset: 0 });
  assert.deepEqual([rows[0]?.entry, rows[0]?.subject, rows[0]?.actor], ['order.closed', 'A', actor]);
  assert.equal((await ledger.activeOrder())?.orderId, orderId, 'closing another one leaves it');
  await assert.rejects(ledger.closeOrder({ orderId: 'none', actor }), refuses('order.notFound', { orderId: 'none' }));
  await assert.rejects(ledger.order('none'), refuses('order.notFound', { orderId: 'none' }));
});

test('a unit that failed is made for the order it is scanned for next, as that order’s model', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const { attempt } = await ledger.startAttempt(start('U1'));
  await ledger.endAttempt({ unitSerial: 'U1', attempt, outcome: 'FAIL', actor, ms: 1 });
  await ledger.makeOrder({ orderId: 'NEXT', model: 'BM-2', quantity: 1, profile, activate: true, actor });
  await ledger.startAttempt(start('U1', 'NEXT'));
  const { orderId: now, model: as } = await ledger.showUnit('U1');
  assert.deepEqual([now, as], ['NEXT', 'BM-2']);
});

test('a reworked unit that moved to another order leaves its place in the first one', async (t) => {
  const bed = await makeBed(t, { quantity: 1 });
  const { ledger, clock } = bed;
  await passUnit(bed, 'A');
  await ledger.reworkUnit({ unitSerial: 'A', reason: 'repaired', actor, agreedBy: 'olga' });
  const issued = async () => (await ledger.listOrders()).find((order) => order.orderId === orderId)?.issued;
  assert.equal(await issued(), 1, 'it keeps its place');
  await ledger.closeOrder({ orderId, actor });
  clock.advance(1000);
  await ledger.makeOrder({ orderId: 'NEXT', model, quantity: 1, profile, activate: true, actor });
  await ledger.startAttempt(start('A', 'NEXT'));
  assert.equal(await issued(), 0);
});

test('a reworked unit that is scrapped leaves its place, too', async (t) => {
  const bed = await makeBed(t, { quantity: 1 });
  const { ledger } = bed;
  const agreed = { reason: 'burnt', actor, agreedBy: 'olga' };
  await passUnit(bed, 'A');
  await ledger.reworkUnit({ unitSerial: 'A', ...agreed });
  await ledger.scrapUnit({ unitSerial: 'A', ...agreed });
  const [order] = await ledger.listOrders();
  assert.deepEqual([order?.issued, order?.passed], [0, 0]);
  await passUnit(bed, 'B');
});

test('a page of units has a hundred; a batch’s members are its latest change, line by line', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  for (let n = 0; n < 101; n += 1) await ledger.startAttempt(start(`U${String(n).padStart(3, '0')}`));
  const { total, rows } = await ledger.listUnits({});
  assert.deepEqual([total, rows.length], [101, 100]);
  assert.deepEqual([rows[0]?.unitSerial, rows.at(-1)?.unitSerial], ['U100', 'U001']);
});
