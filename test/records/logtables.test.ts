/** Each table of the records is in exactly one class of the log, and a table that is not stated says why. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { migrate } from '../../app/records/index.ts';
import { boundTablesOf } from '../../app/records/log/rows.ts';
import { boundTables, derivedTables, entryTables, logTables, volatileTables } from '../../app/records/log/tables.ts';
import { openSqlite } from '../../native/sqlite.ts';

test('a statement on members of a batch is on 64 lines, as in the logs of every version', (t) => {
  const sql = openSqlite(':memory:', { create: true });
  t.after(() => sql.close());
  migrate(sql);
  const members = boundTablesOf(sql).find(({ name }) => name === 'members')!;
  const keys = [1, 64, 65, 128, 129].map(
    (line) =>
      sql.get<{ key: string }>(`SELECT ${members.keyIn('t')} AS key FROM (SELECT 'B1' AS batchId, ${line} AS line) t`)!
        .key,
  );
  assert.deepEqual(keys, ['["B1",0]', '["B1",0]', '["B1",1]', '["B1",1]', '["B1",2]']);
});

test('every table of the schema is an entry, bound, derived, volatile or of the log itself', (t) => {
  const sql = openSqlite(':memory:', { create: true });
  t.after(() => sql.close());
  migrate(sql);
  const tables = sql
    .all<{ name: string }>(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`,
    )
    .map(({ name }) => name);
  const classes = [
    Object.keys(entryTables),
    Object.keys(boundTables),
    [...derivedTables],
    Object.keys(volatileTables),
    [...logTables],
  ];
  assert.deepEqual(classes.flat().sort(), tables.sort());
  for (const [name, { key, without = [] }] of Object.entries(boundTables)) {
    const columns = sql.all<{ name: string; pk: number }>(`SELECT name, pk FROM pragma_table_info('${name}')`);
    const primary = columns.filter(({ pk }) => pk > 0).sort((one, other) => one.pk - other.pk);
    assert.deepEqual(
      key,
      primary.map((column) => column.name),
      `the key of ${name}`,
    );
    for (const column of without)
      assert.ok(
        columns.some((one) => one.name === column),
        `${name} has ${column}`,
      );
  }
});

test('one question finds the columns of all bound tables, and none in a file without them', (t) => {
  const sql = openSqlite(':memory:', { create: true });
  t.after(() => sql.close());
  assert.deepEqual(boundTablesOf(sql), [], 'a file without tables');
  migrate(sql);
  let questions = 0;
  const counted: typeof sql = {
    ...sql,
    all(text, params) {
      questions++;
      return sql.all(text, params);
    },
  };
  const found = boundTablesOf(counted);
  assert.equal(questions, 1, 'each start of a program asks it');
  assert.deepEqual(
    found.map(({ name }) => name),
    Object.keys(boundTables),
  );
  for (const { name, columns } of found) {
    const left = boundTables[name]?.without ?? [];
    const all = sql.all<{ name: string }>(`SELECT name FROM pragma_table_info('${name}')`).map((one) => one.name);
    assert.deepEqual([...columns], all.filter((column) => !left.includes(column)).sort(), name);
  }
});
