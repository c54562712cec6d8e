/**
 * What a file of records says, whatever its bytes: the judge of a tampering that was not found. Bytes of free pages, of
 * unused space in a page, and of SQLite's own counters say nothing.
 */
import { hash } from 'node:crypto';
import { volatileTables } from '../../../app/records/log/tables.ts';
import { openSqlite } from '../../../native/sqlite.ts';
import { rowsOf } from '../../records/tampering.ts';

export type Content = {
  /** All that the file says: schema, version, every row of every table. */
  all: string;
  /** Without what the log does not speak for: docs/bench.md names it. */
  bound: string;
};

type Column = { name: string };
const unbound: Readonly<Record<string, readonly string[]>> = {
  firstConnections: ['askAt'],
  // Decision 264: they delay an event, are shown, and end with the next delivery.
  outboxMark: ['tries', 'nextTryAt', 'pausedAt', 'error'],
};

/** Undefined when the file cannot be read, or SQLite's own check finds it damaged. */
export function contentOf(file: string): Content | undefined {
  const sql = openSqlite(file, { readOnly: true });
  try {
    const damage = sql.get<{ integrity_check: string }>('PRAGMA integrity_check');
    if (damage?.integrity_check !== 'ok') return undefined;
    const schema = sql.all<{ type: string; name: string; sql: string | null }>(
      'SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name',
    );
    const pragmas = ['user_version', 'application_id', 'encoding'].map((name) => sql.get(`PRAGMA ${name}`));
    const all: string[] = [JSON.stringify([schema, pragmas])];
    const bound = [...all];
    for (const { name } of schema.filter(({ type }) => type === 'table')) {
      const columns = sql.all<Column>(`SELECT name FROM pragma_table_info('${name}')`).map((column) => column.name);
      const rows = (of: readonly string[], from: string) =>
        sql.all<{ row: string }>(
          `SELECT ${of.map((column) => `typeof("${column}") || quote("${column}")`).join(` || ',' || `)} AS row FROM ${from} ORDER BY 1`,
        );
      all.push(JSON.stringify([name, rows(columns, name)]));
      if (!Object.hasOwn(volatileTables, name))
        bound.push(
          JSON.stringify([
            name,
            rows(
              columns.filter((column) => !unbound[name]?.includes(column)),
              rowsOf(name),
            ),
          ]),
        );
    }
    return { all: hash('sha256', all.join('\n')), bound: hash('sha256', bound.join('\n')) };
  } catch {
    return undefined;
  } finally {
    sql.close();
  }
}
