/** Records that went back to a backup: what is in doubt then, until an engineer has counted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeBed, passUnit, refuses, start } from './support.ts';

const restore = { backup: 'b.db', madeAt: '2026-11-20T08:00:00.000Z', size: 9, root: 'ab', publicKey: null, known: 12 };

test('the counts of open orders are in doubt when something was lost, until each was counted', async (t) => {
  const bed = await makeBed(t);
  const { ledger, clock } = bed;
  const other = { model: 'BM-1', quantity: 5, profile: 'p', activate: false, actor: 'erik' };
  for (const orderId of ['WO-2', 'WO-3']) await ledger.makeOrder({ ...other, orderId });
  await ledger.closeOrder({ orderId: 'WO-3', actor: 'erik' });
  await passUnit(bed, 'A');
  await ledger.startAttempt(start('B'));
  assert.deepEqual(await ledger.noteRestore({ ...restore, lost: 0, actor: 'setup' }), [], 'nothing was lost');
  clock.advance(1000);
  const restoredAt = clock.now().toISOString();
  assert.deepEqual(await ledger.noteRestore({ ...restore, lost: 3, actor: 'setup' }), ['WO-1', 'WO-2']);
  const doubted = async () =>
    (await ledger.listOrders())
      .flatMap((order) => (order.restoredAt ? [[order.orderId, order.restoredAt]] : []))
      .sort();
  assert.deepEqual(await doubted(), [
    ['WO-1', restoredAt],
    ['WO-2', restoredAt],
  ]);

  const counting = { counted: 4, actor: 'erik' };
  await assert.rejects(ledger.reconcileOrder({ ...counting, orderId: 'WO-9' }), refuses('order.notFound'));
  await assert.rejects(ledger.reconcileOrder({ ...counting, orderId: 'WO-3' }), refuses('call.badParams'));
  await ledger.reconcileOrder({ ...counting, orderId: 'WO-1' });
  assert.deepEqual(await doubted(), [['WO-2', restoredAt]]);
  await assert.rejects(ledger.reconcileOrder({ ...counting, orderId: 'WO-1' }), refuses('call.badParams'));
  const { rows } = await ledger.listAudit({ limit: 99, offset: 0 });
  const [reconciled] = rows.filter(({ entry }) => entry === 'order.reconciled');
  assert.deepEqual([reconciled?.subject, reconciled?.data], ['WO-1', { restoredAt, counted: 4, onRecord: 1 }]);
  const notes = rows.filter(({ entry }) => entry === 'station.restored').map(({ data }) => data);
  assert.deepEqual(notes, [
    { ...restore, lost: 3, orders: ['WO-1', 'WO-2'], crlFloor: 1_000_000 },
    { ...restore, lost: 0, orders: [], crlFloor: 1_000_000 },
  ]);
});
