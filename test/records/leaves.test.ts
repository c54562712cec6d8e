/** The leaves of the log, which SQLite writes, against canonical JSON that JavaScript makes of the same rows. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { migrate, type Sql } from '../../app/records/index.ts';
import { canonical, type Leaf, leafText, leavesIn, rowsAmong, rowsOf } from '../../app/records/log/leaves.ts';
import { openSqlite } from '../../native/sqlite.ts';

const end = Number.MAX_SAFE_INTEGER;
const at = '2026-01-01T00:00:00.000Z';
/** All characters that an escape may be for, and some that need none. */
const nasty = `${String.fromCharCode(...Array.from({ length: 256 }, (_, code) => code))}\u2028\u2029\uffff€😀`;
/** SQLite writes 15 digits of a number, JavaScript as many as it needs, and each has its own exponents. */
const times = [null, 0, 12, 0.1 + 0.2, 1234.5678910000001, 1e21, 123456789012345680000, 5e-7, 0.00002, -3.5];

function records(t: TestContext): Sql {
  const sql = openSqlite(':memory:', { create: true });
  t.after(() => sql.close());
  migrate(sql);
  // These rows stand alone.
  sql.exec('PRAGMA foreign_keys = OFF');
  const triggers = sql.all<{ name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'trigger'`);
  for (const { name } of triggers) sql.exec(`DROP TRIGGER ${name}`);
  return sql;
}

const addAudit = (sql: Sql, seq: number, actor: string, data: string) =>
  sql.run(
    'INSERT INTO audit (seq, at, entry, actor, subject, data) VALUES (@seq, @at, @actor, @actor, @actor, @data)',
    {
      ...{ seq, at, actor, data },
    },
  );

test('a leaf is canonical JSON, whatever the texts and numbers of its row are', (t) => {
  const sql = records(t);
  const data = { text: nasty, list: [1.5, null, 'a'] };
  addAudit(sql, 1, nasty, canonical(data));
  assert.deepEqual(leavesIn(sql, 'audit', { from: 1, to: end, limit: 10 }), [
    {
      id: 1,
      text: canonical({ kind: 'audit', seq: 1, at, entry: nasty, actor: nasty, subject: nasty, data }),
    },
  ]);

  for (const [index, ms] of times.entries())
    sql.run(
      `INSERT INTO journal (unitSerial, position, at, attempt, entry, step, actor, ms, data, state)
       VALUES (@nasty, @position, @at, 1, 'step.done', @step, @nasty, @ms, '{}', @state)`,
      { nasty, at, ms, position: index + 1, step: index % 2 ? nasty : null, state: index % 2 ? 'failed' : null },
    );
  const entries = times.map((ms, index) =>
    canonical({
      ...{
        kind: 'journal',
        entryId: index + 1,
        unitSerial: nasty,
        position: index + 1,
        at,
        attempt: 1,
        entry: 'step.done',
      },
      ...{ step: index % 2 ? nasty : null, actor: nasty, ms, data: {}, state: index % 2 ? 'failed' : null },
    }),
  );
  assert.deepEqual(
    leavesIn(sql, 'journal', { from: 1, to: end, limit: 100 }).map(({ text }) => text),
    entries,
  );
  assert.deepEqual(
    rowsOf(sql, 'journal', 1, end, 100).map((row) => leafText('journal', row, false)),
    entries,
  );

  const digest = Buffer.alloc(32, 0xab);
  for (const [ofTable, said] of [
    ['units', digest],
    [nasty, null],
  ] as const)
    sql.run('INSERT INTO logStatements (ofTable, rowKey, digest) VALUES (@ofTable, @rowKey, @digest)', {
      ...{ ofTable, rowKey: canonical([nasty, 1]), digest: said },
    });
  assert.deepEqual(leavesIn(sql, 'statement', { from: 1, to: end, limit: 10 }), [
    { id: 1, text: canonical({ kind: 'row', id: 1, of: 'units', key: [nasty, 1], digest: digest.toString('hex') }) },
    { id: 2, text: canonical({ kind: 'row', id: 2, of: nasty, key: [nasty, 1], digest: null }) },
  ]);
});

test('leaves of rows with gaps come page by page, each with its own id', (t) => {
  const sql = records(t);
  const ids = [1, 2, 3, 7, 8, 11, 12, 13, 14];
  for (const seq of ids) addAudit(sql, seq, `actor ${seq}`, '{}');
  for (const limit of [1, 2, 3, 4, 100]) {
    const found: Leaf[] = [];
    for (let from = -5; ; from = found.at(-1)!.id + 1) {
      const page = leavesIn(sql, 'audit', { from, to: 13, limit });
      assert.ok(page.length <= limit);
      if (page.length === 0) break;
      found.push(...page);
    }
    assert.deepEqual(
      found.map(({ id, text }) => [id, JSON.parse(text).seq, JSON.parse(text).actor]),
      ids.filter((id) => id <= 13).map((id) => [id, id, `actor ${id}`]),
    );
  }
});

test('data from before the log is made canonical for the leaf, and no other data', (t) => {
  const sql = records(t);
  addAudit(sql, 1, 'olga', '{ "z": 1, "a": [2] }');
  const span = { from: 1, to: 1, limit: 1 };
  const leafWith = (data: string) =>
    `{"actor":"olga","at":"${at}","data":${data},"entry":"olga","kind":"audit","seq":1,"subject":"olga"}`;
  assert.equal(leavesIn(sql, 'audit', span)[0]!.text, leafWith('{ "z": 1, "a": [2] }'));
  assert.equal(leavesIn(sql, 'audit', { ...span, adopted: true })[0]!.text, leafWith('{"a":[2],"z":1}'));
  const [row] = rowsAmong(sql, 'audit', [1]);
  assert.equal(leafText('audit', row!, false), leafWith('{ "z": 1, "a": [2] }'));
  assert.equal(leafText('audit', row!, true), leafWith('{"a":[2],"z":1}'));
});
