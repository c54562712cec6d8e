import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { StationError } from '../../app/contract/errors.ts';
import { connectionOf, type SqlValue } from '../../app/records/sql.ts';
import { verifyFile } from '../../main/threads/verifyrecords.ts';
import { copySqlite, openSqlite } from '../../native/sqlite.ts';
import { freshFolder, refuses } from '../records/support.ts';

test('every connection waits for the disk, on the first open and on later ones', (t) => {
  const file = join(freshFolder(t), 'a.db');
  const expected = { synchronous: 2, journalMode: 'wal', foreignKeys: 1 };
  const first = openSqlite(file, { create: true });
  assert.deepEqual(connectionOf(first), expected);
  const reader = openSqlite(file, { readOnly: true });
  assert.deepEqual(connectionOf(reader), expected);
  reader.close();
  first.close();
  const again = openSqlite(file);
  t.after(() => again.close());
  assert.deepEqual(connectionOf(again), expected);
  assert.equal(again.get<{ trusted_schema: number }>('PRAGMA trusted_schema')?.trusted_schema, 0);
  assert.equal(again.get<{ timeout: number }>('PRAGMA busy_timeout')?.timeout, 5000);
});

test('bytes come back as plain bytes, null as null, numbers and text as they were', (t) => {
  const sql = openSqlite(join(freshFolder(t), 'a.db'), { create: true });
  t.after(() => sql.close());
  sql.exec('CREATE TABLE a (i INTEGER, r REAL, x TEXT, b BLOB, n TEXT) STRICT');
  const row = { i: 2 ** 40, r: 0.5, x: 'ä', b: new Uint8Array([0, 255]), n: null };
  assert.deepEqual(sql.run('INSERT INTO a VALUES (@i, @r, @x, @b, @n)', row), { changes: 1, lastId: 1 });
  const read = sql.get<typeof row>('SELECT * FROM a');
  assert.deepEqual(read, row);
  assert.equal(Object.getPrototypeOf(read?.b), Uint8Array.prototype);
  assert.equal(read?.b.buffer.byteLength, 2, 'crossing a thread copies these bytes and no others');
});

test('SQLite’s result codes become the catalogue’s', (t) => {
  const dir = freshFolder(t);
  const file = join(dir, 'a.db');
  assert.throws(() => openSqlite(file), refuses('records.notStation'));
  writeFileSync(join(dir, 'garbage.db'), 'this is not a database, but it is long enough to have a header '.repeat(20));
  assert.throws(() => openSqlite(join(dir, 'garbage.db')), refuses('records.damaged', { sqlite: 'SQLITE_NOTADB' }));
  assert.throws(() => openSqlite(dir, { create: true }), refuses('records.failed'));

  const sql = openSqlite(file, { create: true });
  t.after(() => sql.close());
  sql.exec('CREATE TABLE a (x TEXT UNIQUE) STRICT');
  sql.run(`INSERT INTO a VALUES ('1')`);
  assert.throws(
    () => sql.run(`INSERT INTO a VALUES ('1')`),
    refuses('records.conflict', { sqlite: 'SQLITE_CONSTRAINT_UNIQUE' }),
  );
  const reader = openSqlite(file, { readOnly: true });
  t.after(() => reader.close());
  assert.throws(
    () => reader.run(`INSERT INTO a VALUES ('2')`),
    refuses('records.failed', { sqlite: 'SQLITE_READONLY' }),
  );
  const other = openSqlite(file, { busyTimeoutMs: 0 });
  t.after(() => other.close());
  sql.exec('BEGIN IMMEDIATE');
  assert.throws(() => other.exec('BEGIN IMMEDIATE'), refuses('records.inUse', { sqlite: 'SQLITE_BUSY' }));
  sql.exec('ROLLBACK');
});

test('what keeps a file from being used is named, and is no damage', {
  skip: process.platform === 'win32',
}, async (t) => {
  const dir = freshFolder(t);
  const said = (act: () => unknown) => {
    try {
      act();
    } catch (thrown) {
      if (thrown instanceof StationError) return `${thrown.code}: ${thrown.detail}`;
      throw thrown;
    }
    return 'nothing';
  };
  const inPlace = join(dir, 'records.db');
  mkdirSync(inPlace);
  const asFolder = /^records\.failed: SQLITE_CANTOPEN\S* in records\.db: .*records\.db is no file$/;
  assert.match(
    said(() => openSqlite(inPlace)),
    asFolder,
  );

  const deep = join(dir, 'd'.repeat(200), 'e'.repeat(200), 'f'.repeat(200));
  mkdirSync(deep, { recursive: true });
  const far = join(deep, 'records.db');
  const tooLong = /^records\.failed: SQLITE_CANTOPEN.*its path is longer than 504 bytes/;
  assert.match(
    said(() => openSqlite(far, { create: true })),
    tooLong,
  );
  writeFileSync(far, 'it is there');
  assert.match(
    said(() => [...verifyFile(far, {})]),
    tooLong,
    'it was not seen, and no verdict is given',
  );
  await assert.rejects(
    copySqlite(far, join(dir, 'copy.db'), () => undefined),
    refuses('records.failed'),
  );

  const empty = join(dir, 'empty.db');
  writeFileSync(empty, '');
  writeFileSync(`${empty}-wal`, 'work');
  assert.match(
    said(() => openSqlite(empty)),
    /^records\.damaged: empty\.db in .* is empty\. Keep the folder/,
  );
  assert.equal(readFileSync(`${empty}-wal`, 'utf8'), 'work');
});

test('a database whose pages were overwritten is damaged, by its code', (t) => {
  const file = join(freshFolder(t), 'a.db');
  const sql = openSqlite(file, { create: true });
  sql.exec('CREATE TABLE a (x TEXT) STRICT');
  for (let row = 0; row < 500; row += 1) sql.run('INSERT INTO a VALUES (@x)', { x: 'x'.repeat(100) });
  sql.close();
  writeFileSync(file, Buffer.alloc(4096, 0xff), { flag: 'r+', flush: true });
  assert.throws(() => openSqlite(file), refuses('records.damaged'));
});

test('the values of a statement do not change how it is carried out, so that it is planned once and not at each run', (t) => {
  const sql = openSqlite(join(freshFolder(t), 'a.db'), { create: true });
  t.after(() => sql.close());
  sql.exec("CREATE TABLE a (state TEXT, at TEXT); CREATE INDEX openOnes ON a (at) WHERE state = 'open'");
  const planFor = (state: string) =>
    sql.all<{ detail: string }>('EXPLAIN QUERY PLAN SELECT at FROM a WHERE state = @state', { state });
  // SQLite plans again for a value that lets it use the index of some rows.
  assert.deepEqual(planFor('open'), planFor('closed'));
  const plan = sql.all<{ detail: string }>("EXPLAIN QUERY PLAN SELECT at FROM a WHERE state = 'open'");
  assert.notDeepEqual(plan, planFor('open'), 'the statement itself can say it');
});

test('a value is compared as its column says, and an index serves', (t) => {
  const sql = openSqlite(join(freshFolder(t), 'a.db'), { create: true });
  t.after(() => sql.close());
  sql.exec('CREATE TABLE a (t TEXT, i INTEGER, r REAL, b BLOB, n TEXT COLLATE NOCASE); CREATE INDEX byT ON a (t)');
  sql.run('INSERT INTO a VALUES (@t, @i, @r, @b, @n)', { t: '1', i: 1, r: 1.5, b: new Uint8Array([1]), n: 'Ab' });
  const finds = (where: string, v: SqlValue) => sql.all(`SELECT 1 FROM a WHERE ${where}`, { v }).length;
  const found: [string, SqlValue, number][] = [
    ['t = @v', '1', 1],
    ['t =@v', '01', 0],
    ['i = @v', '1', 1],
    ['i = @v', 1, 1],
    ['r IS @v', 1.5, 1],
    ['r = @v', '1.5', 1],
    ['b = @v', new Uint8Array([1]), 1],
    ['b = @v', '\x01', 0],
    ['n = @v', 'aB', 1],
    ['n IS @v', null, 0],
    ['n <> @v', 'ab', 0],
    ['i >= @v', 1, 1],
    ['1 LIMIT @v', 0, 0],
    ['1 LIMIT @v', 1, 1],
  ];
  for (const [where, value, rows] of found) assert.equal(finds(where, value), rows, `${where} ${value}`);
  const [plan] = sql.all<{ detail: string }>('EXPLAIN QUERY PLAN SELECT 1 FROM a WHERE t = @v', { v: '1' });
  assert.match(plan!.detail, /USING .*INDEX byT/);
});
