/** Files of every version that was ever released, with rows in them, open and are brought up to date; newer ones are refused. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createLedger, migrate, type Sql } from '../../app/records/index.ts';
import { schemaOf } from '../../app/records/log/schema.ts';
import { verifyLog } from '../../app/records/log/verify.ts';
import { migrations } from '../../app/records/migrations/index.ts';
import { openDatabaseHere } from '../../main/threads/database.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { createTestClock, fillStation, makeBatch, orderId, passUnit, refuses, start } from './support.ts';

const root = mkdtempSync(join(tmpdir(), 'birthmark-versions-'));
after(() => rmSync(root, { recursive: true, force: true }));
const units = ['U1', 'U2', 'U3'];
let now: Sql;

/** A station of today with rows in most of its tables. Those of earlier versions get its rows. */
before(async () => {
  const file = join(root, 'today', 'records.db');
  const database = openDatabaseHere(freshFile('today'), { create: true });
  const ledger = createLedger(database, createTestClock());
  const { issuerId } = await fillStation(ledger, 100);
  const bed = { file, database, ledger, clock: createTestClock(), issuerId };
  await ledger.addPerson({ name: 'Olga', badge: '1001', pin: '482915', role: 'operator', actor: 'test' });
  for (const unit of units) await passUnit(bed, unit);
  const { attempt } = await ledger.startAttempt(start('U4'));
  const error = { code: 'link.lost', detail: 'the cable was pulled' } as const;
  const transcript = { startedAt: '2026-11-21T08:00:00.000Z', driver: 'agent', bytes: 3, truncated: false };
  await ledger.endAttempt({
    ...{ unitSerial: 'U4', attempt, outcome: 'FAIL', actor: 'olga', ms: 5, error },
    transcript: { ...transcript, data: Uint8Array.of(1, 2, 3) },
  });
  await makeBatch(bed, 'B1');
  await database.close();
  now = openSqlite(file, { readOnly: true });
});
after(() => now?.close());

function freshFile(name: string): string {
  mkdirSync(join(root, name));
  return join(root, name, 'records.db');
}

const tablesOf = (sql: Sql): string[] =>
  schemaOf(sql).flatMap(({ type, name }) => (type === 'table' && !/^(log|sqlite_)/.test(name) ? [name] : []));
const columnsOf = (sql: Sql, table: string): string[] =>
  sql.all<{ name: string }>(`SELECT name FROM pragma_table_info('${table}')`).map(({ name }) => name);

/** A file of this version, with the rows of today in the tables and columns that it had. @returns its tables with rows */
function fileOf(version: number): { file: string; filled: string[] } {
  const file = freshFile(`v${version}`);
  const sql = openSqlite(file, { create: true });
  migrate(sql, migrations.slice(0, version));
  sql.exec('PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; BEGIN');
  const triggers = sql.all<{ name: string; sql: string }>(`SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'`);
  for (const { name } of triggers) sql.exec(`DROP TRIGGER ${name}`);
  const filled: string[] = [];
  for (const table of tablesOf(sql)) {
    const columns = columnsOf(sql, table);
    const there = columnsOf(now, table);
    const common = columns.filter((column) => there.includes(column));
    if (common.length === 0) continue;
    sql.exec(`DELETE FROM ${table}`);
    for (const row of now.all<Record<string, string | number | null>>(`SELECT ${common.join(', ')} FROM ${table}`)) {
      const isPut = put(sql, table, common, row);
      if (isPut && !filled.includes(table)) filled.push(table);
    }
  }
  for (const trigger of triggers) sql.exec(trigger.sql);
  sql.exec('COMMIT');
  sql.close();
  return { file, filled };
}

/** A row that this version could not have had, e.g. of a state that came later, is left out. */
function put(
  sql: Sql,
  table: string,
  columns: readonly string[],
  row: Record<string, string | number | null>,
): boolean {
  const names = columns.join(', ');
  const values = columns.map((column) => `@${column}`).join(', ');
  try {
    sql.run(`INSERT INTO ${table} (${names}) VALUES (${values})`, row);
    return true;
  } catch {
    return false;
  }
}

const always = [
  'station',
  'issuers',
  'people',
  'orders',
  'units',
  'journal',
  'journalIndex',
  'keys',
  'csrs',
  'certificates',
  'audit',
];

test('each version with its rows is brought up to date: units, certificates and entries are there, and all of it verifies', async () => {
  const fresh = openSqlite(':memory:', { create: true });
  migrate(fresh);
  const schema = schemaOf(fresh);
  fresh.close();
  for (let version = 1; version <= migrations.length; version += 1) {
    const { file, filled } = fileOf(version);
    for (const table of always) assert.ok(filled.includes(table), `version ${version} has rows in ${table}`);
    const database = openDatabaseHere(file);
    const ledger = createLedger(database, createTestClock());
    assert.deepEqual(await ledger.integrityCheck(), [], `version ${version}`);
    for (const unit of units) {
      const { state, certificates, journal } = await ledger.showUnit(unit);
      assert.deepEqual([state, certificates.length], ['passed', 1], `version ${version}: ${unit}`);
      assert.ok(journal.length > 5);
    }
    const { passed, failed, issued } = await ledger.showOrder(orderId);
    assert.deepEqual([passed, failed, issued], [3, 1, 3], `version ${version}`);
    await database.close();
    const sql = openSqlite(file, { readOnly: true });
    assert.deepEqual(schemaOf(sql), schema, `version ${version} has the schema of today`);
    const steps = verifyLog(sql, { schema });
    for (let next = steps.next(); ; next = steps.next()) {
      if (!next.done) continue;
      assert.deepEqual(next.value.problems, [], `version ${version}`);
      break;
    }
    sql.close();
  }
});

test('a file of a version to come is refused, and stays as it is', () => {
  const file = freshFile('newer');
  copyFileSync(join(root, 'today', 'records.db'), file);
  const sql = openSqlite(file);
  sql.exec(`PRAGMA user_version = ${migrations.length + 1}`);
  sql.close();
  assert.throws(() => openDatabaseHere(file), refuses('records.newer'));
});
