/** What an MES is told of orders and units, and how far its webhook has come. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSqlite } from '../../native/sqlite.ts';
import { type Bed, makeBed, passUnit, start } from './support.ts';
import { problemsAfter } from './tampering.ts';

const failUnit = async ({ ledger }: Bed, unitSerial: string, order?: string) => {
  const { attempt } = await ledger.startAttempt(start(unitSerial, order));
  const error = { code: 'link.lost', detail: 'the cable was pulled' } as const;
  await ledger.endAttempt({ unitSerial, attempt, outcome: 'FAIL', actor: 'olga', ms: 1, error });
};
const said = async ({ ledger }: Bed, asked: Parameters<Bed['ledger']['listEvents']>[0]) => {
  const { events, more } = await ledger.listEvents(asked);
  return { events: events.map(({ type, orderId, unit }) => `${type} ${unit?.unitSerial ?? orderId}`), more };
};

test('a result names its unit, its attempt and the certificate that this unit held then', async (t) => {
  const bed = await makeBed(t);
  const { ledger, clock } = bed;
  const after = (await ledger.listEvents({ after: 0, limit: 99 })).events.at(-1)?.seq ?? 0;
  await failUnit(bed, 'A');
  clock.advance(1000);
  const a = await passUnit(bed, 'A');
  clock.advance(1000);
  const b = await passUnit(bed, 'B');
  const { events } = await ledger.listEvents({ after, limit: 99 });
  const passed = { outcome: 'PASS', errorCode: null };
  assert.deepEqual(
    events.map(({ unit }) => unit),
    [
      { unitSerial: 'A', attempt: 1, outcome: 'FAIL', errorCode: 'link.lost', certificateId: null },
      { unitSerial: 'A', attempt: 2, ...passed, certificateId: a.certificateId },
      { unitSerial: 'B', attempt: 1, ...passed, certificateId: b.certificateId },
    ],
  );
  const [first, second] = events;
  assert.equal(Date.parse(second?.at ?? '') - Date.parse(first?.at ?? ''), 1000);
});

test('events come in their order, page by page, of all orders or of one', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const after = (await ledger.listEvents({ after: 0, limit: 99 })).events.at(-1)?.seq ?? 0;
  await ledger.makeOrder({ orderId: 'WO-2', model: 'BM-1', quantity: 5, profile: 'p', activate: false, actor: 'erik' });
  await failUnit(bed, 'A');
  await failUnit(bed, 'B', 'WO-2');
  await ledger.closeOrder({ orderId: 'WO-2', actor: 'erik' });
  const all = ['order.made WO-2', 'unit.result A', 'unit.result B', 'order.closed WO-2'];
  assert.deepEqual(await said(bed, { after, limit: 4 }), { events: all, more: false });
  assert.deepEqual(await said(bed, { after, limit: 3 }), { events: all.slice(0, 3), more: true });
  assert.deepEqual(await said(bed, { after: after + 3, limit: 3 }), { events: all.slice(3), more: false });
  const ofOne = all.filter((event) => !event.endsWith('A'));
  assert.deepEqual(await said(bed, { after, limit: 9, orderId: 'WO-2' }), { events: ofOne, more: false });
});

test('a try that fails is counted and made again, or pauses; a delivery or a resume ends that', async (t) => {
  const bed = await makeBed(t);
  const { ledger, clock } = bed;
  const atFirst = await ledger.delivery();
  await failUnit(bed, 'A');
  await failUnit(bed, 'B');
  const last = (await ledger.listEvents({ after: 0, limit: 99 })).events.at(-1)?.seq ?? 0;
  const none = { tries: 0, nextTryAt: null, pausedAt: null, error: null };
  assert.deepEqual(await ledger.delivery(), { ...none, delivered: 0, waiting: atFirst.waiting + 2 });
  const nextTryAt = '2026-11-21T08:05:00.000Z';
  const failing = (pause: boolean) => ledger.recordDelivery({ failed: 'status 500', nextTryAt, pause });
  await failing(false);
  const waiting = { delivered: 0, waiting: atFirst.waiting + 2, error: 'status 500' };
  assert.deepEqual(await ledger.delivery(), { ...waiting, tries: 1, nextTryAt, pausedAt: null });
  await failing(true);
  const pausedAt = clock.now().toISOString();
  assert.deepEqual(await ledger.delivery(), { ...waiting, tries: 2, nextTryAt: null, pausedAt });
  await ledger.resumeDelivery({ skip: false });
  assert.deepEqual(await ledger.delivery(), { ...waiting, ...none });
  await failing(true);
  await ledger.recordDelivery({ delivered: last - 1 });
  assert.deepEqual(await ledger.delivery(), { ...none, delivered: last - 1, waiting: 1 });
  await ledger.resumeDelivery({ skip: true });
  assert.deepEqual(await ledger.delivery(), { ...none, delivered: last, waiting: 0 });
});

test('a mark that another program moved is found; what the webhook itself does is not', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  await failUnit(bed, 'A');
  await failUnit(bed, 'B');
  const sql = openSqlite(bed.file, {});
  t.after(() => sql.close());
  const found = (text: string) => problemsAfter(sql, () => sql.exec(text)).map(({ what, where }) => `${what} ${where}`);
  const nextTryAt = '2026-11-21T08:05:00.000Z';
  const acts = [
    () => ledger.recordDelivery({ delivered: 1 }),
    () => ledger.recordDelivery({ failed: 'status 500', nextTryAt, pause: false }),
    () => ledger.recordDelivery({ failed: 'status 410', nextTryAt, pause: true }),
    () => ledger.resumeDelivery({ skip: false }),
    () => ledger.resumeDelivery({ skip: true }),
  ];
  for (const act of acts) {
    await act();
    assert.deepEqual(found(''), []);
    for (const moved of ['delivered + 1', 'delivered - 1'])
      assert.deepEqual(found(`UPDATE outboxMark SET delivered = ${moved}`), ['rowChanged outboxMark [1]']);
  }
  assert.ok(found('DELETE FROM outboxMark').includes('rowMissing outboxMark [1]'));
});
