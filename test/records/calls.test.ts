/** A call is spelled once: what its folder's index names is what the ledger has, on the thread that it says. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Call, together, write } from '../../app/records/call.ts';
import { calls, runRead, runWrite } from '../../app/records/calls.ts';
import { createLedger, type Database } from '../../app/records/index.ts';
import type { Sql } from '../../app/records/sql.ts';
import { createTestClock } from './support.ts';

const all = Object.entries<Call>(calls);
const at = '2026-11-21T08:00:00.000Z';

/** A database that only says what it was asked. */
function recorder() {
  const asked: unknown[] = [];
  const database: Database = {
    write: async (name, { params, at }) => void asked.push(['write', name, params, at]),
    read: async (name, { params, at }) => void asked.push(['read', name, params, at]),
    close: async () => {},
  };
  return { asked, database };
}

test('the ledger has every call and no step of one, and each goes to its thread with its time', async () => {
  assert.ok(all.length > 70, 'calls were found');
  const { asked, database } = recorder();
  const ledger = createLedger(database, createTestClock(at));
  assert.deepEqual(Object.keys(ledger).toSorted(), Object.keys(calls).toSorted());
  assert.ok(!('setPin' in ledger), 'a PIN is set by those calls only that hash it');
  for (const [name, call] of all) {
    if (call.side === 'asker') continue;
    asked.length = 0;
    await (ledger as unknown as Record<string, (params: unknown) => Promise<unknown>>)[name]?.('given');
    assert.deepEqual(asked, [[call.side === 'writer' ? 'write' : 'read', name, 'given', at]]);
  }
});

test('folders do not name two calls alike, and every folder is collected', async () => {
  // Spread into one table, the second of a name would silently stand for both.
  const folders = [
    'allowlists',
    'audit',
    'authorities',
    'batches',
    'certificates',
    'checkpoints',
    'claims',
    'connections',
    'desk',
    'documents',
    'orders',
    'outbox',
    'people',
    'plant',
    'units',
  ];
  const files = ['restores.ts', 'station.ts', ...folders.map((folder) => `${folder}/index.ts`)];
  const named = await Promise.all(
    files.map(async (file) => Object.keys((await import(`../../app/records/${file}`)) as object)),
  );
  assert.deepEqual(named.flat().toSorted(), Object.keys(calls).toSorted());
});

test('a write is not run on the reader, nor a read on the writer, nor what no one spelled', () => {
  const sql = { exec: () => {}, inTransaction: () => false } as unknown as Sql;
  const asked = { params: {}, at };
  assert.throws(() => runRead(sql, 'makeOrder', asked), /reader has no makeOrder/);
  assert.throws(() => runWrite(sql, 'listOrders', asked), /writer has no listOrders/);
  assert.throws(() => runWrite(sql, 'signIn', asked), /writer has no signIn/);
  assert.throws(() => runWrite(sql, 'constructor', asked), /has no constructor/);
});

test('a call of several steps asks for them by their names', async () => {
  const { asked, database } = recorder();
  const first = write((_, given: { n: number }) => given.n);
  const call = together({ first }, async (ask, n: number) => ask.first({ n }));
  assert.equal(call.side, 'asker');
  const ledger = createLedger(database, createTestClock(at));
  await ledger.changePin({ personId: 1, newPin: '482913', actor: 'erik' });
  const [[side, name, params]] = asked as [[string, string, Record<string, unknown>]];
  assert.deepEqual([side, name, params.personId, 'newPin' in params], ['write', 'changePin.setPin', 1, false]);
});
