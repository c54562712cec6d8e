/** Long lists: a window counts ten thousand rows and no more, and what lies behind it is reached by its cursor. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type ListCursor, windowRows } from '../../app/contract/desk.ts';
import { runRead } from '../../app/records/calls.ts';
import { createLedger, type Database, migrate } from '../../app/records/index.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { createTestClock, freshFolder } from './support.ts';

const at = "'2026-11-21T08:00:00.000Z'";
/** One more than a window of units of order A, and a window of order B; as many entries of the audit log by ana and ben. */
const sizes = { A: windowRows + 1, B: windowRows };
const sql = openSqlite(join(freshFolder(), 'records.db'), { create: true });
after(() => sql.close());
migrate(sql);
sql.exec(`BEGIN;
  INSERT INTO station (only, stationId, name, practice, createdAt) VALUES (1, 'station-1', 'Test', 1, ${at})`);
for (const [order, size] of Object.entries(sizes)) {
  const actor = order === 'A' ? 'ana' : 'ben';
  sql.exec(`
    INSERT INTO orders (orderId, model, quantity, profile, state, active, createdAt) VALUES ('${order}', 'BM-1', 99999, 'p', 'open', 0, ${at});
    CREATE TEMP TABLE n AS WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${size}) SELECT printf('${order}-%05d', i) AS name FROM n;
    INSERT INTO units (unitSerial, orderId, model, practice, createdAt) SELECT name, '${order}', 'BM-1', 1, ${at} FROM temp.n;
    INSERT INTO journal (unitSerial, position, at, attempt, entry, actor, data, state) SELECT name, 1, ${at}, 1, 'attempt.started', 'x', '{}', 'started' FROM temp.n;
    INSERT INTO audit (at, entry, actor, subject, data) SELECT ${at}, 'session.refused', '${actor}', name, '{}' FROM temp.n;
    DROP TABLE temp.n`);
}
sql.exec('COMMIT');
// The ledger only reads, so that the log of so many rows need not begin.
const database: Database = {
  read: async (name, asked) => runRead(sql, name, asked),
  write: () => assert.fail('nothing is written'),
  close: async () => {},
};
const ledger = createLedger(database, createTestClock());

type Page<Row> = { total: number; more: boolean; rows: Row[]; next: ListCursor | null };

/** Each row of the list by its name, page by page. */
async function walk<Row>(
  list: (part: { after?: ListCursor; limit: number }) => Promise<Page<Row>>,
  nameOf: (row: Row) => string,
): Promise<string[]> {
  const names: string[] = [];
  let cursor: ListCursor | null = null;
  do {
    const page: Page<Row> = await list({ limit: 500, ...(cursor && { after: cursor }) });
    names.push(...page.rows.map(nameOf));
    cursor = page.next;
  } while (cursor !== null);
  return names;
}
const namesOf = (order: 'A' | 'B') =>
  Array.from({ length: sizes[order] }, (_, index) => `${order}-${String(index).padStart(5, '0')}`);

test('units: the window says how many it has and whether more come, and no unit is lost behind it', async () => {
  const count = async (filter: Parameters<typeof ledger.listUnits>[0]) => {
    const { total, more } = await ledger.listUnits({ limit: 1, ...filter });
    return [total, more];
  };
  assert.deepEqual(await count({ orderId: 'A' }), [windowRows, true]);
  assert.deepEqual(await count({ orderId: 'B' }), [windowRows, false]);
  const { next } = await ledger.listUnits({ orderId: 'A', limit: 1 });
  assert.deepEqual(await count({ orderId: 'A', after: next! }), [windowRows, false], 'behind the first one');
  for (const order of ['A', 'B'] as const)
    for (const orderBy of ['unitSerial', 'updatedAt'] as const) {
      const list = (part: { after?: ListCursor; limit: number }) =>
        ledger.listUnits({ orderId: order, orderBy, descending: false, ...part });
      assert.deepEqual(await walk(list, ({ unitSerial }) => unitSerial), namesOf(order), `${order} by ${orderBy}`);
    }
  const last = await ledger.listUnits({ orderId: 'B', offset: windowRows - 1, limit: 5 });
  assert.deepEqual([last.rows.length, last.next], [1, null]);
  const behind = await ledger.listUnits({ orderId: 'A', offset: windowRows - 1, limit: 1 });
  assert.ok(behind.next, 'one unit comes behind the window');
});

test('a text that fits more units than a window is answered in the order of serials; one that fits a window is not', async () => {
  const find = async (query: string, order?: string) => {
    const { total, more, orderedBy, rows } = await ledger.listUnits({
      ...{ query, limit: 1, orderBy: 'updatedAt', descending: true },
      ...(order !== undefined && { orderId: order }),
    });
    return [total, more, orderedBy, rows[0]?.unitSerial];
  };
  assert.deepEqual(await find('a-'), [windowRows, true, 'unitSerial', `A-${windowRows}`]);
  assert.deepEqual(await find('b-'), [windowRows, false, 'updatedAt', `B-0${windowRows - 1}`]);
  assert.deepEqual(await find('A'), [windowRows, true, 'unitSerial', `A-${windowRows}`], 'the id of an order');
  assert.deepEqual(await find('-', 'A'), [windowRows, true, 'unitSerial', `A-${windowRows}`]);
  assert.deepEqual(await find('-', 'B'), [windowRows, false, 'updatedAt', `B-0${windowRows - 1}`]);
  assert.deepEqual(await find('-09999'), [2, false, 'updatedAt', 'B-09999']);
  assert.deepEqual(await find('-09999', 'A'), [1, false, 'updatedAt', 'A-09999']);
  const { units } = await ledger.find({ query: 'A-', codes: [] });
  assert.deepEqual([units.hits[0]?.unitSerial, units.more], ['A-00000', true]);
});

test('the audit log: the same', async () => {
  for (const [actor, order] of [
    ['ana', 'A'],
    ['ben', 'B'],
  ] as const) {
    for (const filter of [{ actor }, { actor, entry: 'session.refused', since: '2026-11-21T08:00:00.000Z' }]) {
      const { total, more } = await ledger.searchAudit({ ...filter, limit: 1 });
      assert.deepEqual([total, more], [windowRows, order === 'A']);
    }
    for (const descending of [true, false]) {
      const list = (part: { after?: ListCursor; limit: number }) => ledger.searchAudit({ actor, descending, ...part });
      const names = await walk(list, ({ subject }) => subject);
      assert.deepEqual(descending ? names.reverse() : names, namesOf(order));
    }
    const end = await ledger.searchAudit({ actor, offset: windowRows - 2, limit: 2 });
    assert.equal(end.rows.length, 2);
    assert.equal(end.next === null, order === 'B');
  }
  assert.equal((await ledger.searchAudit({ subject: 'A-00000' })).total, 1);
});
