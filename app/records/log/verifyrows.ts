/** The rows of bound tables against what the log last said of them. */
import { StationError } from '../../contract/errors.ts';
import type { Sql } from '../sql.ts';
import { type BoundTable, boundTablesOf, digestOf, goneThrough } from './rows.ts';
import type { HeadRow } from './store.ts';
import type { Progress, Say } from './verdict.ts';

const stepRows = 500;

type Latest = { ofTable: string; rowKey: string; digest: Uint8Array | null; statementId: number };

/**
 * Compares each row with its last statement, and each last statement with its row, in one pass over the statements.
 * `done` of `of` are done before.
 */
export function* verifyRows(sql: Sql, head: HeadRow, say: Say, done: number, of: number): Generator<Progress, void> {
  let now = done;
  const tables = new Map(
    boundTablesOf(sql).map((table) => [table.name, { table, rows: 0, isSpoken: false, gone: goneThrough(sql, table) }]),
  );
  // With max() SQLite gives the other columns from the row that has it (sqlite.org/lang_select.html#bareagg).
  const latest = sql.each<Latest>(
    'SELECT ofTable, rowKey, digest, max(statementId) AS statementId FROM logStatements GROUP BY ofTable, rowKey',
  );
  for (const { ofTable, rowKey, digest } of latest) {
    const counted = tables.get(ofTable);
    // Of a table that this version does not have any more.
    if (counted === undefined) continue;
    counted.isSpoken = true;
    const where = `${ofTable} ${rowKey}`;
    const found = foundAt(sql, counted.table, rowKey);
    if (found === undefined) {
      say('rowChanged', where, 'the log names a row in a way that it never does');
      continue;
    }
    counted.rows += found.rows;
    const isGone = digest === null || isUpTo(rowKey, counted.gone);
    if (isGone && found.digest !== null) say('rowAdded', where, 'this row had been removed and is there');
    else if (!isGone && found.digest === null) say('rowMissing', where, 'this row was removed');
    else if (digest !== null && found.digest !== null && Buffer.compare(digest, found.digest) !== 0)
      say('rowChanged', where, 'this row is not as the station left it');
    now += 1;
    if (now % stepRows === 0) yield { done: Math.min(now, of), of };
  }
  for (const { table, rows, isSpoken } of tables.values()) {
    const there = sql.get<{ n: number }>(`SELECT count(*) AS n FROM ${table.name}`)!.n;
    if (there !== rows && (isSpoken || !table.isLate)) sayStrays(sql, table, say);
  }
  yield { done: Math.min(now, of), of };
  const { last } = sql.get<{ last: number }>('SELECT coalesce(max(statementId), 0) AS last FROM logStatements')!;
  if (last !== head.statementId)
    say('tree', 'log head', `the head names ${head.statementId} as the last statement; it is ${last}`);
}

/** Whether the key, a JSON array of a number where the table's rows go by a rule, is among those that went. */
const isUpTo = (rowKey: string, gone: number): boolean => gone > 0 && (JSON.parse(rowKey) as [number])[0] <= gone;

/** Undefined when the key, which a stranger may have written, is none. */
function foundAt(sql: Sql, table: BoundTable, rowKey: string): ReturnType<typeof digestOf> | undefined {
  try {
    return digestOf(sql, table, rowKey);
  } catch (thrown) {
    if (thrown instanceof StationError) throw thrown;
    return undefined;
  }
}

function sayStrays(sql: Sql, { name, keyIn }: BoundTable, say: Say): void {
  const strays = sql.all<{ rowKey: string }>(
    `SELECT DISTINCT ${keyIn('t')} AS rowKey FROM ${name} t
     WHERE ${keyIn('t')} NOT IN (SELECT rowKey FROM logStatements WHERE ofTable = @name) LIMIT 20`,
    { name },
  );
  for (const { rowKey } of strays)
    say('rowAdded', `${name} ${rowKey}`, 'the log says nothing of this row: another program wrote it');
  if (strays.length === 0) say('rowAdded', name, `${name} has rows of which the log says nothing`);
}
