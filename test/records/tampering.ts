/** Single changes of a row, as another program might make them. They are chosen by a seed. */

import { createRandom } from '../../app/practice/devices/faults.ts';
import { schemaOf } from '../../app/records/log/schema.ts';
import { boundTables, derivedTables, entryTables } from '../../app/records/log/tables.ts';
import type { LogProblem } from '../../app/records/log/verdict.ts';
import { verifyLog } from '../../app/records/log/verify.ts';
import type { Sql, SqlValue } from '../../app/records/sql.ts';

/** What the verification finds while `act` holds; it is undone after that. The schema is taken as it is. */
export function problemsAfter(sql: Sql, act: () => void): LogProblem[] {
  sql.exec('PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; BEGIN');
  try {
    act();
    const steps = verifyLog(sql, { schema: schemaOf(sql) });
    for (;;) {
      const { value, done } = steps.next();
      if (done) return value.problems;
    }
  } finally {
    sql.exec('ROLLBACK');
  }
}

/** `adopted` says which entries may be in the form of an earlier version. It alone changes no leaf in canonical form. */
const free: Readonly<Record<string, readonly string[] | undefined>> = {
  ...Object.fromEntries(Object.entries(boundTables).map(([name, { without }]) => [name, without])),
  logHead: ['only', 'adopted'],
};
const tables = [
  ...Object.keys(entryTables),
  ...Object.keys(boundTables),
  ...derivedTables,
  ...['logHead', 'logRuns', 'logStatements', 'logTiles', 'logPending'],
];

/** A row that counts nothing means the same as no row. */
const counting: Readonly<Record<string, string>> = {
  connectionCounts: 'units <> 0',
  orderUnits: 'units <> 0',
  orderPlaces: 'live + asked + kept + claimed <> 0',
};
/** The rows of a table that say something, for FROM. */
export const rowsOf = (table: string): string => `${table} WHERE ${counting[table] ?? 'true'}`;

/** Makes one change in a table that has rows. @returns it in words */
export function tamper(sql: Sql, seed: number): string {
  const random = createRandom(seed);
  const below = (n: number): number => Math.floor(random() * n);
  const filled = tables.filter((name) => sql.get(`SELECT 1 FROM ${rowsOf(name)}`));
  const table = filled[below(filled.length)]!;
  const columns = sql.all<{ name: string; type: string; pk: number }>(
    `SELECT name, type, pk FROM pragma_table_info('${table}')`,
  );
  const key = columns.filter(({ pk }) => pk > 0).map(({ name }) => name);
  const { n } = sql.get<{ n: number }>(`SELECT count(*) AS n FROM ${rowsOf(table)}`)!;
  const row = sql.get<Record<string, SqlValue>>(`SELECT * FROM ${rowsOf(table)} LIMIT 1 OFFSET ${below(n)}`)!;
  const where = key.map((name) => `${name} = @${name}`).join(' AND ');
  const place = Object.fromEntries(key.map((name) => [name, row[name]!]));
  if (table !== 'logHead' && below(3) === 0) {
    sql.run(`DELETE FROM ${table} WHERE ${where}`, place);
    return `a row of ${table} removed`;
  }
  const open = columns.filter(({ name, pk }) => pk === 0 && !free[table]?.includes(name));
  const column = open[below(open.length)] ?? columns.find(({ pk }) => pk > 0)!;
  const value = row[column.name] ?? null;
  sql.run(`UPDATE ${table} SET ${column.name} = @changed WHERE ${where}`, {
    ...place,
    changed: otherThan(value, column.type),
  });
  return `${table}.${column.name} changed`;
}

function otherThan(value: SqlValue, type: string): SqlValue {
  if (value === null) return type === 'BLOB' ? new Uint8Array(32) : type === 'TEXT' ? 'x' : 7;
  if (typeof value === 'number') return value + 1;
  if (typeof value !== 'string') return value.map((byte, index) => (index === 0 ? byte ^ 1 : byte));
  // JSON stays JSON.
  return value.startsWith('{') ? `{"forged":1${value === '{}' ? '}' : `,${value.slice(1)}`}` : `${value}x`;
}
