/** The schema of a file against that of this program, to the last row of SQLite's own table. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { schemaOf, schemaProblems } from '../../app/records/log/schema.ts';
import { migrate } from '../../app/records/migrations/index.ts';
import { openSqlite } from '../../native/sqlite.ts';

function fresh() {
  const sql = openSqlite(':memory:', { create: true });
  migrate(sql);
  return sql;
}

test('a fresh file is as this program made it, and has a row for what SQLite made by itself', () => {
  const sql = fresh();
  assert.deepEqual(schemaProblems(sql, schemaOf(sql)), []);
  assert.ok(schemaOf(sql).some(({ name }) => name.startsWith('sqlite_autoindex_')));
  sql.close();
});

test('each row of the schema is held against its type, its name, its table and its text', () => {
  const sql = fresh();
  const rows = schemaOf(sql);
  for (const [at, row] of rows.entries())
    for (const other of [
      { ...row, type: 'undex' },
      { ...row, name: `${row.name}2` },
      { ...row, sql: `x${row.sql}` },
    ]) {
      const expected = rows.with(at, other);
      assert.ok(schemaProblems(sql, expected).length > 0, JSON.stringify(other));
    }
  sql.close();
});

test('figures for the planner that this program did not put in are found, whatever their table', () => {
  for (const table of ['sqlite_stat1', 'sqlite_stat4']) {
    const sql = fresh();
    const expected = schemaOf(sql);
    sql.exec(`INSERT INTO ${table} (tbl, idx) VALUES ('units', 'strange')`);
    const [problem] = schemaProblems(sql, expected);
    assert.match(problem?.where ?? '', /strange/, table);
    sql.close();
  }
});
