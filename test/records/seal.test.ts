/** How the log grows: the heads that it keeps of each hour, and files that were there before it. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { selectLeaves } from '../../app/records/bundle/selection.ts';
import { createLedger, createLocalDatabase, migrate } from '../../app/records/index.ts';
import { beginLog } from '../../app/records/log/begin.ts';
import { isSigned, originOf, publicKeyBytes } from '../../app/records/log/note.ts';
import { schemaOf } from '../../app/records/log/schema.ts';
import { type HeadRow, headOf, leavesOf } from '../../app/records/log/store.ts';
import { verifyLog } from '../../app/records/log/verify.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { createTestClock, freshFolder, makeBed, passUnit, start } from './support.ts';

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

test('another key of the log leaves one entry, whichever it is; the same key leaves none', (t) => {
  const sql = openSqlite(':memory:', { create: true });
  t.after(() => sql.close());
  migrate(sql);
  sql.exec(
    `INSERT INTO station (only, stationId, name, practice, createdAt) VALUES (1, 'station-1', 'Test', 1, '2026-11-21T08:00:00.000Z')`,
  );
  const keys = [5, 5, 9, 9, 1, 1].map((fill) => Buffer.alloc(32, fill));
  for (const publicKey of keys) beginLog(sql, { publicKey, sign: () => Buffer.alloc(64) });
  const told = sql.all<{ data: string }>(`SELECT data FROM audit WHERE entry = 'log.rekeyed' ORDER BY seq`);
  const base64 = (fill: number) => Buffer.alloc(32, fill).toString('base64');
  assert.deepEqual(
    told.map(({ data }) => JSON.parse(data)),
    [
      { before: base64(5), publicKey: base64(9) },
      { before: base64(9), publicKey: base64(1) },
    ],
  );
});

test('rows whose names are numbers below 1 are rows like any others', async (t) => {
  const bed = await makeBed(t);
  for (const unit of ['0', '-7']) await passUnit(bed, unit);
  const sql = openSqlite(bed.file, { readOnly: true });
  t.after(() => sql.close());
  const steps = verifyLog(sql, { schema: schemaOf(sql) });
  let last = steps.next();
  while (!last.done) last = steps.next();
  assert.deepEqual(last.value.problems, []);
});

test('a log that cannot be begun or signed leaves the file as it was, and begins at the next opening', (t) => {
  const sql = openSqlite(':memory:', { create: true });
  t.after(() => sql.close());
  migrate(sql);
  sql.exec(
    `INSERT INTO station (only, stationId, name, practice, createdAt) VALUES (1, 'station-1', 'Test', 1, '2026-11-21T08:00:00.000Z')`,
  );
  const signer = (fill: number) => ({ publicKey: Buffer.alloc(32, fill), sign: () => Buffer.alloc(64) });
  const failing = {
    ...signer(7),
    sign: () => {
      throw new Error('the token is gone');
    },
  };
  const entries = () => sql.get<{ n: number }>('SELECT count(*) AS n FROM audit')!.n;
  assert.throws(() => beginLog(sql, failing), /the token is gone/);
  assert.deepEqual([sql.inTransaction(), headOf(sql), entries()], [false, undefined, 0]);
  beginLog(sql, signer(5));
  const { size } = headOf(sql)!;
  assert.throws(() => beginLog(sql, failing), /the token is gone/, 'the key is another one');
  assert.deepEqual([sql.inTransaction(), headOf(sql)?.size, entries()], [false, size, 1]);
  beginLog(sql, signer(7));
  assert.deepEqual([headOf(sql)?.publicKey?.[0], entries()], [7, 2]);
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

test('a log of more runs than a page has its leaves and its exports in order, and verifies', (t) => {
  const sql = openSqlite(':memory:', { create: true });
  t.after(() => sql.close());
  migrate(sql);
  // The log would state it with the first entry.
  sql.exec('DELETE FROM outboxMark');
  const log = beginLog(sql);
  const runs = 1050;
  for (let run = 0; run < runs; run += 1) {
    sql.exec('BEGIN');
    log.begin();
    for (let entry = 0; entry <= run % 2; entry += 1)
      sql.run(
        `INSERT INTO audit (at, entry, actor, subject, data) VALUES ('2026-11-21T08:00:00.000Z', 'session.refused', @actor, 'x', '{}')`,
        { actor: `a${run}` },
      );
    log.seal();
    sql.exec('COMMIT');
  }
  const head = headOf(sql)!;
  assert.equal(head.size, runs * 1.5);
  const leaves = [...leavesOf(sql, 0, head.size)];
  assert.deepEqual(
    leaves.map(({ index }) => index),
    Array.from({ length: head.size }, (_, index) => index),
  );
  const steps = verifyLog(sql, { schema: schemaOf(sql) });
  let last = steps.next();
  while (!last.done) last = steps.next();
  assert.deepEqual([last.value.problems, last.value.entries], [[], head.size]);
  for (const run of [0, 1, 2, 500, 999, 1000, 1001, runs - 1]) {
    const first = Math.floor(run * 1.5);
    const found = [...selectLeaves(sql, { operator: `a${run}` }, head).leaves].flatMap((leaf) => leaf?.index ?? []);
    assert.deepEqual(found, run % 2 === 0 ? [first] : [first, first + 1], `run ${run}`);
  }
});
