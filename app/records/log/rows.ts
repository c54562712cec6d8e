/** What the log states of a row of a bound table: the SHA-256 over its content as canonical JSON. */
import { hash } from 'node:crypto';
import type { Sql, SqlValue } from '../sql.ts';
import { sha256 } from './merkle.ts';
import { type Bound, boundTables } from './tables.ts';

/** A bound table with its SQL. `keyIn` is the key of a row as a JSON array, for the row's name in a trigger. */
export type BoundTable = {
  name: string;
  columns: readonly string[];
  keyIn: (row: string) => string;
  /** The rows of a statement, with their columns in the order of canonical JSON. */
  select: string;
  keyNames: readonly string[];
  isLate: boolean;
  goesBy: Bound['goesBy'];
};

/** The bound tables that this file has, with its columns. One statement asks for all, because each start of a program does. */
export function boundTablesOf(sql: Sql): BoundTable[] {
  const found = sql.all<{ ofTable: string; name: string }>(
    'SELECT bound.value AS ofTable, its.name FROM json_each(@names) AS bound, pragma_table_info(bound.value) AS its',
    { names: JSON.stringify(Object.keys(boundTables)) },
  );
  const columns = Map.groupBy(found, ({ ofTable }) => ofTable);
  return Object.entries(boundTables).flatMap(([name, bound]) => {
    const all = columns.get(name)?.map((column) => column.name);
    return all === undefined ? [] : [boundTable(name, bound, all)];
  });
}

function boundTable(
  name: string,
  { key, without = [], together, late, goesBy }: Bound,
  all: readonly string[],
): BoundTable {
  // By UTF-16 code units, as RFC 8785 section 3.2.3 says.
  const columns = all.filter((column) => !without.includes(column)).sort();
  const last = key.at(-1)!;
  const block = (of: string) => (together === undefined ? `${of}${last}` : `(${of}${last} - 1) / ${together}`);
  const first = key.slice(0, -1);
  const isLast =
    together === undefined
      ? `${last} = @${last}`
      : `${last} BETWEEN @${last} * ${together} + 1 AND (@${last} + 1) * ${together}`;
  return {
    name,
    columns,
    keyNames: key,
    isLate: late === true,
    goesBy,
    keyIn: (row) => `json_array(${[...first.map((column) => `${row}.${column}`), block(`${row}.`)].join(', ')})`,
    select: `SELECT ${columns.join(', ')} FROM ${name} WHERE ${[...first.map((column) => `${column} = @${column}`), isLast].join(' AND ')} ORDER BY ${last}`,
  };
}

/** NULL is left out, so that a new column without a value changes no digest. A blob stands as its SHA-256. */
function contentOf(columns: readonly string[], row: readonly SqlValue[]): string {
  let text = '';
  for (let at = 0; at < row.length; at += 1) {
    const value = row[at]!;
    if (value === null) continue;
    const said = typeof value === 'object' ? `{"sha256":"${hash('sha256', value, 'hex')}"}` : JSON.stringify(value);
    text += `${text === '' ? '' : ','}"${columns[at]}":${said}`;
  }
  return `{${text}}`;
}

/** @throws SyntaxError – `rowKey` is no JSON */
function rowsAt(sql: Sql, { select, keyNames }: BoundTable, rowKey: string): SqlValue[][] {
  const values = JSON.parse(rowKey) as SqlValue[];
  return sql.rows(select, Object.fromEntries(keyNames.map((name, index) => [name, values[index]!])));
}

/** The content of the one row that `rowKey` names now, as its digest is taken over it, and its blobs. */
export function contentOfRow(
  sql: Sql,
  table: BoundTable,
  rowKey: string,
): { content: string; blobs: Record<string, Uint8Array> } | undefined {
  const [row, ...others] = rowsAt(sql, table, rowKey);
  if (row === undefined || others.length > 0) return undefined;
  const blobs = row.flatMap((value, at) => (value instanceof Uint8Array ? [[table.columns[at]!, value] as const] : []));
  return { content: contentOf(table.columns, row), blobs: Object.fromEntries(blobs) };
}

/** The last key of the table that went by its rule, as the log says; 0 when none did. */
export function goneThrough(sql: Sql, { goesBy }: BoundTable): number {
  if (goesBy === undefined) return 0;
  return (
    sql.get<{ through: number }>(
      `SELECT max(CASE WHEN json_type(data, '$.through') = 'integer' THEN data ->> 'through' END) AS through FROM audit
       WHERE subject = (SELECT stationId FROM station) AND entry = @goesBy AND json_valid(data)`,
      { goesBy },
    )?.through ?? 0
  );
}

/**
 * The digest of what `rowKey` names now, and of how many rows; null when there is none. A statement over several rows is
 * over their contents, each with a line feed.
 *
 * @throws SyntaxError – `rowKey` is no JSON
 */
export function digestOf(sql: Sql, table: BoundTable, rowKey: string): { digest: Buffer | null; rows: number } {
  const rows = rowsAt(sql, table, rowKey);
  const [only] = rows;
  if (only === undefined) return { digest: null, rows: 0 };
  const text =
    rows.length === 1 ? contentOf(table.columns, only) : rows.map((row) => contentOf(table.columns, row)).join('\n');
  return { digest: sha256(text), rows: rows.length };
}
