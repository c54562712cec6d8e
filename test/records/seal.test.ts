/** How the log grows: the heads that it keeps of each hour, and files that were there before it. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { createLedger, createLocalDatabase, migrate } from '../../app/records/index.ts';
import { isSigned, originOf, publicKeyBytes } from '../../app/records/log/note.ts';
import { type HeadRow, headOf } from '../../app/records/log/store.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { createTestClock, freshFolder, start } from './support.ts';

const hourMs = 3_600_000;

test('the head before the first change of an hour is kept, once for each hour in which something happened', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.parse('2026-11-21T08:00:00.000Z') });
  const file = join(freshFolder(t), 'records.db');
  const { privateKey } = generateKeyPairSync('ed25519');
  const signer = { publicKey: publicKeyBytes(privateKey), sign: (text: Uint8Array) => sign(null, text, privateKey) };
  const open = () => {
    const writer = openSqlite(file, { create: true });
    migrate(writer);
    const database = createLocalDatabase(writer, openSqlite(file, { readOnly: true }), signer);
    return { database, ledger: createLedger(database, createTestClock()) };
  };
  let { database, ledger } = open();
  t.after(() => database.close());
  const sql = openSqlite(file, { readOnly: true });
  t.after(() => sql.close());
  const kept = () => sql.all<Omit<HeadRow, 'frontier'> & { at: string }>('SELECT * FROM logCheckpoints ORDER BY size');
  const wanted: { size: number; at: string }[] = [];
  let units = 0;
  const work = async () => void (await ledger.startAttempt(start(`U${++units}`)));
  const keeps = () => wanted.push({ size: headOf(sql)!.size, at: new Date().toISOString() });

  await ledger.initStation({
    stationId: 'station-1',
    name: 'Test',
    practice: true,
    createdAt: '2026-11-21T08:00:00.000Z',
    actor: 'x',
  });
  assert.deepEqual(kept(), [], 'no head was signed before');
  keeps();
  await ledger.makeOrder({ orderId: 'WO-1', model: 'BM-1', quantity: 99, profile: 'p', activate: true, actor: 'x' });
  await work();
  t.mock.timers.tick(hourMs - 1);
  await work();
  t.mock.timers.tick(1);
  keeps();
  await work();
  await work();
  // Nothing happens in the hour after it; then what leaves no leaf changes no head.
  t.mock.timers.tick(2 * hourMs);
  await ledger.keepPlantMark(null);
  keeps();
  await work();
  await database.close();
  ({ database, ledger } = open());
  await work();
  t.mock.timers.tick(hourMs);
  await database.close();
  ({ database, ledger } = open());
  keeps();
  await work();
  await work();

  assert.deepEqual(
    kept().map(({ size, at }) => ({ size, at })),
    wanted,
  );
  for (const { size, root, publicKey, signature } of kept())
    assert.ok(isSigned(originOf('station-1'), { size, root }, { publicKey: publicKey!, signature: signature! }));
});

test('what was in the file before its log is told with its number of entries and of rows', async (t) => {
  const file = join(freshFolder(t), 'records.db');
  const old = openSqlite(file, { create: true });
  migrate(old);
  old.exec(`
    INSERT INTO station (only, stationId, name, practice, createdAt) VALUES (1, 'station-1', 'Test', 1, '2026-11-21T08:00:00.000Z');
    INSERT INTO audit (at, entry, actor, subject, data) VALUES
      ('2026-11-21T08:00:00.000Z', 'session.refused', 'x', 'a', '{ "z": 1, "b": [ 2 ] }'),
      ('2026-11-21T08:00:00.000Z', 'session.refused', 'x', 'b', '{}')`);
  const database = createLocalDatabase(old, openSqlite(file, { readOnly: true }));
  t.after(() => database.close());
  const ledger = createLedger(database, createTestClock());
  const { rows } = await ledger.listAudit({ limit: 9, offset: 0 });
  assert.deepEqual(
    rows.map(({ entry, subject, data }) => [entry, subject, data]),
    [
      ['log.begun', 'station-1', { entries: 2, rows: 1 }],
      ['session.refused', 'b', {}],
      ['session.refused', 'a', { z: 1, b: [2] }],
    ],
  );
  const empty = openSqlite(join(freshFolder(t), 'records.db'), { create: true });
  migrate(empty);
  const fresh = createLocalDatabase(empty, openSqlite(':memory:', { create: true }));
  t.after(() => fresh.close());
  assert.equal(headOf(empty)?.size, 0, 'a new file has nothing to tell');
});

test('a log whose head was removed is not begun once more', (t) => {
  const file = join(freshFolder(t), 'records.db');
  const sql = openSqlite(file, { create: true });
  t.after(() => sql.close());
  migrate(sql);
  sql.exec(`INSERT INTO logRuns (firstLeaf, source, firstId, lastId) VALUES (0, 'audit', 1, 1)`);
  assert.throws(() => createLocalDatabase(sql, sql), { name: 'StationError', code: 'records.damaged' });
  assert.equal(headOf(sql), undefined);
});
