/** What was done to the file of the records with other programs is found, and an untouched file is never blamed. */
import assert from 'node:assert/strict';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { createLedger, migrate, type Sql } from '../../app/records/index.ts';
import { schemaOf } from '../../app/records/log/schema.ts';
import { leafAt } from '../../app/records/log/store.ts';
import type { LogVerdict, NamedCheckpoint } from '../../app/records/log/verdict.ts';
import { verifyLog } from '../../app/records/log/verify.ts';
import { migrations } from '../../app/records/migrations/index.ts';
import { transparencyLog } from '../../app/records/migrations/transparencylog.ts';
import type { SqlParams } from '../../app/records/sql.ts';
import { keptCheckpoint } from '../../main/threads/checkpointfile.ts';
import { openDatabaseHere } from '../../main/threads/database.ts';
import { verifyRecords } from '../../main/threads/verifyrecords.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { type Bed, createTestClock, fillStation, freshFolder, makeBatch, passUnit } from './support.ts';
import { cases } from './tampercases.ts';
import { problemsAfter, tamper } from './tampering.ts';

const dir = mkdtempSync(join(tmpdir(), 'birthmark-tamper-'));
const records = join(dir, 'records.db');
/** The records as they were before the last units, for rolling back. */
const earlier = join(dir, 'earlier.db');

async function work(file: string, act: (bed: Bed) => Promise<unknown>): Promise<void> {
  const database = openDatabaseHere(file, { create: true });
  const ledger = createLedger(database, createTestClock());
  const reader = openSqlite(file, { readOnly: true });
  const issuerId = reader.get<{ issuerId: string }>('SELECT issuerId FROM issuers')?.issuerId ?? '';
  // The last connection to close leaves all in the one file that is copied below.
  reader.close();
  await act({ file, database, ledger, clock: createTestClock(), issuerId });
  await database.close();
}

before(async () => {
  await work(records, async (bed) => {
    const { issuerId } = await fillStation(bed.ledger, 1000);
    await bed.ledger.addPerson({ name: 'Olga', badge: '1001', pin: '482915', role: 'operator', actor: 'test' });
    for (let unit = 0; unit < 18; unit += 1) await passUnit({ ...bed, issuerId }, `U${unit}`);
    await makeBatch(bed, 'B1');
  });
  copyFileSync(records, earlier);
  await work(records, async (bed) => passUnit(bed, 'U100'));
});
after(() => rmSync(dir, { recursive: true, force: true }));

function verdictOf(file: string, given: readonly NamedCheckpoint[] = []): LogVerdict {
  const steps = verifyRecords(file, given);
  for (;;) {
    const { value, done } = steps.next();
    if (done) return value;
  }
}

/** A copy of the station's files, changed by SQL after every trigger was dropped. */
function tampered(t: TestContext, change: string | ((sql: Sql) => void), keepsTriggers = false): string {
  const file = join(freshFolder(t), 'records.db');
  copyFileSync(records, file);
  copyFileSync(join(dir, 'records.checkpoint'), join(dirname(file), 'records.checkpoint'));
  mkdirSync(join(dirname(file), 'ca'));
  cpSync(join(dir, 'ca'), join(dirname(file), 'ca'), { recursive: true });
  const sql = openSqlite(file);
  sql.exec('PRAGMA foreign_keys = OFF');
  sql.exec('BEGIN');
  const triggers = sql.all<{ name: string; sql: string }>(`SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'`);
  for (const { name } of triggers) sql.exec(`DROP TRIGGER ${name}`);
  if (typeof change === 'string') sql.exec(change);
  else change(sql);
  // A careful attacker puts them back.
  if (!keepsTriggers) for (const trigger of triggers) sql.exec(trigger.sql);
  sql.exec('COMMIT');
  sql.close();
  return file;
}

test('an untouched file is sound: closed, open while it is worked on, and opened again', async (t) => {
  const verdict = verdictOf(records);
  assert.deepEqual(verdict.problems, []);
  assert.ok(verdict.ok && verdict.entries > 200 && verdict.size > verdict.entries);
  const file = tampered(t, 'SELECT 1');
  assert.ok(verdictOf(file).ok);
  await work(file, async (bed) => {
    for (let unit = 200; unit < 203; unit += 1) {
      await passUnit(bed, `U${unit}`);
      assert.deepEqual(verdictOf(file).problems, []);
    }
  });
  assert.ok(verdictOf(file).ok);
});

for (const { name, change, what, where } of cases)
  test(`found: ${name}`, (t) => {
    const { ok, firstBad } = verdictOf(tampered(t, change));
    assert.equal(ok, false);
    assert.equal(firstBad?.what, what, JSON.stringify(firstBad));
    if (typeof where === 'string') assert.equal(firstBad?.where, where);
    else assert.match(firstBad!.where, where);
  });

test('found: any single change of a row that the log speaks for; nothing is found where nothing was changed', (t) => {
  const sql = openSqlite(tampered(t, 'SELECT 1', true));
  t.after(() => sql.close());
  assert.deepEqual(
    problemsAfter(sql, () => {}),
    [],
  );
  const missed: string[] = [];
  for (let seed = 1; seed <= 60; seed += 1) {
    let told = '';
    const problems = problemsAfter(sql, () => {
      told = tamper(sql, seed);
    });
    if (problems.length === 0) missed.push(`${seed}: ${told}`);
  }
  assert.deepEqual(missed, []);
});

test('rows of a damaged file that come again and again end the verification, with what was found before', (t) => {
  const sql = openSqlite(tampered(t, `UPDATE audit SET actor = 'mallory' WHERE seq = 5`), { readOnly: true });
  t.after(() => sql.close());
  // As SQLite gives them from a page whose rows are out of order.
  const again = (text: string, params: SqlParams): SqlParams =>
    text.includes('FROM journal WHERE entryId') ? { ...params, from: 0 } : params;
  const endless: Sql = {
    ...sql,
    all: (text, params = {}) => sql.all(text, again(text, params)),
    column: (text, params = {}) => sql.column(text, again(text, params)),
  };
  const steps = verifyLog(endless, { schema: schemaOf(sql) });
  let step = steps.next();
  while (!step.done) step = steps.next();
  assert.deepEqual(
    step.value.problems.map(({ what }) => what),
    ['entryChanged', 'file'],
  );
});

test('a file of an earlier version is taken into the log once, says so, and is sound', async (t) => {
  const file = join(freshFolder(t), 'records.db');
  const old = openSqlite(file, { create: true });
  migrate(old, migrations.slice(0, migrations.indexOf(transparencyLog)));
  old.exec(`INSERT INTO station VALUES (1, 'old', 'Old', 1, '2026-01-01T00:00:00Z');
    INSERT INTO orders (orderId, model, quantity, profile, state, active, createdAt)
      VALUES ('WO-1', 'BM-1', 5, 'aws-iot-device', 'open', 0, '2026-01-01T00:00:00Z');
    INSERT INTO audit (at, entry, actor, subject, data)
      VALUES ('2026-01-01T00:00:00Z', 'station.opened', 'olga', 'old', '{ "z": 1, "from": "real" }');`);
  old.close();
  for (let opening = 0; opening < 2; opening += 1) await work(file, async () => {});
  assert.deepEqual(verdictOf(file).problems, []);
  const sql = openSqlite(file);
  t.after(() => sql.close());
  const begun = sql
    .all<{ data: string }>(`SELECT data FROM audit WHERE entry = 'log.begun'`)
    .map(({ data }) => JSON.parse(data));
  assert.deepEqual(begun, [{ entries: 1, rows: 2 }]);
  assert.equal(
    leafAt(sql, 0),
    '{"actor":"olga","at":"2026-01-01T00:00:00Z","data":{"from":"real","z":1},"entry":"station.opened","kind":"audit","seq":1,"subject":"old"}',
  );
  sql.exec('UPDATE orders SET quantity = 6');
  assert.equal(verdictOf(file).firstBad?.where, 'orders ["WO-1"]');
  // SQLite reads the first of the two, and JSON.parse the last.
  sql.exec(`UPDATE orders SET quantity = 5; DROP TRIGGER auditNoUpdate;
    UPDATE audit SET data = '{"from":"forged","z":1,"from":"real"}' WHERE seq = 1`);
  assert.ok(verdictOf(file).problems.some(({ what, where }) => what === 'entryChanged' && where === 'audit 1'));
});

test('a key of the log that was taken away leaves an entry, and checkpoints of the old key no longer fit', async (t) => {
  const file = join(freshFolder(t), 'records.db');
  await work(file, (bed) => fillStation(bed.ledger, 10));
  const kept = keptCheckpoint(file)!;
  rmSync(join(dirname(file), 'ca/log.key.pem'));
  rmSync(join(dirname(file), 'records.checkpoint'));
  for (let opening = 0; opening < 2; opening += 1) await work(file, async () => {});
  assert.deepEqual(verdictOf(file).problems, []);
  const sql = openSqlite(file);
  t.after(() => sql.close());
  const entries = sql.all<{ data: string }>(`SELECT data FROM audit WHERE entry = 'log.rekeyed'`);
  assert.equal(entries.length, 1);
  const { before: was, publicKey: is } = JSON.parse(entries[0]!.data) as { before: string; publicKey: string };
  assert.notEqual(was, is);
  assert.match(
    verdictOf(file, [{ name: 'kept', note: kept }]).firstBad?.meaning ?? '',
    /not signed with this station's key/,
  );
});

test('a statement that names its row in no way is told, too, and nothing is counted where a table is missing', (t) => {
  const { problems } = verdictOf(tampered(t, `UPDATE logStatements SET rowKey = 'x' WHERE ofTable = 'station'`));
  assert.ok(
    problems.some(({ what, where }) => what === 'rowChanged' && where === 'station x'),
    JSON.stringify(problems),
  );
  for (const change of ['DROP TABLE watchMarks', 'DELETE FROM logHead'])
    assert.equal(verdictOf(tampered(t, change)).entries, 0, change);
});

test('records with a change that another program was cut off in are not judged, and the opening takes it back', async (t) => {
  const file = tampered(t, 'SELECT 1');
  const other = openSqlite(file);
  t.after(() => other.close());
  // Its pages go into the file before the change is whole, and the journal has them as they were.
  other.exec(`PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; BEGIN; UPDATE people SET name = 'mallory';
    UPDATE units SET model = model || '-2'; UPDATE orders SET model = 'BM-2'`);
  const cut = join(freshFolder(t), 'records.db');
  cpSync(dirname(file), dirname(cut), { recursive: true });
  assert.throws(() => verdictOf(cut), /Another program was cut off in a change of it, which records.db-journal has/);
  await work(cut, async () => {});
  assert.ok(verdictOf(cut).ok);
});

test('found: dropped triggers', (t) => {
  const { problems } = verdictOf(tampered(t, 'SELECT 1', true));
  assert.ok(
    problems.length > 10 && problems.every(({ what, where }) => what === 'schema' && where.startsWith('trigger ')),
  );
});

test('found: an older file put in the place of the records, by the checkpoint beside them or by one kept elsewhere', (t) => {
  const file = tampered(t, 'SELECT 1');
  copyFileSync(earlier, file);
  assert.equal(verdictOf(file).firstBad?.what, 'rolledBack');
  // The checkpoint beside them rolled back as well.
  const note = keptCheckpoint(file)!;
  rmSync(join(dirname(file), 'records.checkpoint'));
  assert.ok(verdictOf(file).ok);
  const { firstBad } = verdictOf(file, [{ name: 'friday.txt', note }]);
  assert.equal(`${firstBad?.what} ${firstBad?.where}`, 'rolledBack friday.txt');
});

test('found: a history that was written a second time, with a head that is signed, by a checkpoint kept elsewhere', async (t) => {
  const note = keptCheckpoint(records)!;
  const file = tampered(t, 'SELECT 1');
  copyFileSync(earlier, file);
  rmSync(join(dirname(file), 'records.checkpoint'));
  await work(file, async (bed) => {
    for (const unit of ['X1', 'X2', 'X3']) await passUnit(bed, unit);
  });
  assert.ok(verdictOf(file).ok);
  assert.equal(verdictOf(file, [{ name: 'friday.txt', note }]).firstBad?.what, 'checkpoint');
});

test('a value that became NULL by bytes in the file is found, and does not stop the verification', (t) => {
  const file = join(freshFolder(t), 'records.db');
  copyFileSync(records, file);
  const sql = openSqlite(file, { readOnly: true });
  const { hash } = sql.get<{ hash: Uint8Array }>('SELECT hash FROM logPending')!;
  sql.close();
  const bytes = readFileSync(file);
  // The header of the record: its length, the key, and a blob of 32 bytes (fileformat2.html section 2.1).
  const where = bytes.indexOf(Buffer.concat([Buffer.from([0x03, 0x00, 0x4c]), hash]));
  assert.ok(where > 0);
  // As long a header as the record: all its columns are NULL, and it is whole.
  bytes.fill(0, where, where + 3 + hash.length);
  bytes[where] = 3 + hash.length;
  writeFileSync(file, bytes);
  const { problems } = verdictOf(file);
  assert.match(problems[0]!.meaning, /NULL value in logPending.hash/);
  assert.match(problems.at(-1)!.meaning, /not of the kind that its column has/);
});

test('a file without its log, and with more wrong than is told, gets its verdict', (t) => {
  const file = tampered(t, (sql) => {
    const indexes = sql.all<{ name: string }>(
      "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL",
    );
    for (const { name } of indexes) sql.exec(`DROP INDEX ${name}`);
    sql.exec('DROP TABLE logHead');
  });
  const { ok, problems } = verdictOf(file);
  assert.deepEqual([ok, problems.at(-1)?.what], [false, 'noLog']);
});

test('an index that SQLite made, given to another table by bytes in the file, is found', (t) => {
  const file = join(freshFolder(t), 'records.db');
  copyFileSync(records, file);
  const bytes = readFileSync(file);
  const name = 'sqlite_autoindex_cloudCaRevocations_1';
  const where = bytes.indexOf(`${name}cloudCaRevocations`);
  assert.ok(where > 0);
  bytes[where + name.length + 1] = 0xeb;
  writeFileSync(file, bytes);
  const { problems } = verdictOf(file);
  assert.deepEqual([problems[0]?.what, problems[0]?.where], ['schema', `index ${name}`]);
});

test('where an entry was removed, the entries after it are not blamed', (t) => {
  const { problems } = verdictOf(tampered(t, 'DELETE FROM audit WHERE seq = 6'));
  const entries = problems.filter(({ what }) => what.startsWith('entry'));
  assert.deepEqual(
    entries.map(({ what, where }) => [what, where]),
    [['entryMissing', 'audit 6']],
  );
});
