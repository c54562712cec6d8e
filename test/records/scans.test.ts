/** What the records keep of label rules and know of scanned texts. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { LabelRule } from '../../app/contract/model.ts';
import { migrate } from '../../app/records/index.ts';
import { migrations } from '../../app/records/migrations/index.ts';
import { listOrders } from '../../app/records/orders/orders.ts';
import { scanFacts } from '../../app/records/orders/scans.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { freshFolder, makeBed, model, start } from './support.ts';

const label: LabelRule = { kind: 'gs1', gtins: [{ gtin: '4006381333931', model }], length: { min: 8, max: 8 } };

test('a file from before label rules opens, and its orders have none', (t) => {
  const sql = openSqlite(join(freshFolder(t), 'old.db'), { create: true });
  t.after(() => sql.close());
  migrate(sql, migrations.slice(0, 6));
  sql.exec(
    `INSERT INTO orders (orderId, model, quantity, profile, state, active, createdAt)
     VALUES ('OLD', '*', 5, 'aws-iot-device', 'open', 1, '2026-11-01T00:00:00.000Z')`,
  );
  migrate(sql);
  assert.deepEqual(
    listOrders(sql, undefined, '2026-11-21T08:00:00.000Z').map(({ orderId, label: rule }) => [orderId, rule]),
    [['OLD', null]],
  );
  assert.deepEqual(scanFacts(sql, 'OLD', ''), {
    isBadge: false,
    isOrder: true,
    active: { orderId: 'OLD', model: '*', recipe: null, label: null },
  });
  assert.throws(() => sql.exec(`UPDATE orders SET label = '"text"'`), /CHECK/);
});

test("an order keeps its rule, in the audit log, too; a unit's journal keeps what was scanned", async (t) => {
  const { ledger } = await makeBed(t);
  const order = { model, quantity: 5, profile: 'aws-iot-device', activate: true, actor: 'x' };
  assert.deepEqual((await ledger.makeOrder({ ...order, orderId: 'GS1', label })).label, label);
  assert.deepEqual((await ledger.order('GS1')).label, label);
  assert.deepEqual((await ledger.activeOrder())?.label, label);
  const { rows } = await ledger.listAudit({ limit: 5, offset: 0 });
  assert.deepEqual(rows.find(({ entry }) => entry === 'order.made')?.data.label, label);
  const scanned = { text: ']d2\u001d21ABCDEFGH', lot: 'L7' };
  await ledger.startAttempt({ ...start('ABCDEFGH', 'GS1'), scanned });
  const { journal } = await ledger.showUnit('ABCDEFGH');
  assert.deepEqual(journal[0]?.data.scanned, scanned);
});

test('a badge is one while its person is active', async (t) => {
  const { ledger } = await makeBed(t);
  const added = await ledger.addPerson({ name: 'Neu', badge: 'NEW-1', pin: '1234', role: 'operator', actor: 'x' });
  assert.equal((await ledger.scanFacts('NEW-1')).isBadge, true);
  assert.equal((await ledger.scanFacts('new-1')).isBadge, false);
  await ledger.addPerson({ name: 'Erin', badge: 'EN-9', pin: '1234', role: 'engineer', actor: 'x' });
  await ledger.deactivatePerson({ personId: added.personId, actor: 'x' });
  assert.equal((await ledger.scanFacts('NEW-1')).isBadge, false);
});
