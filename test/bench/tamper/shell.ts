/** The tools of someone who tampers: SQLite's own shell where it is installed, and a file that is only bytes. */
import { spawnSync } from 'node:child_process';
import { openSqlite } from '../../../native/sqlite.ts';

/** Whether `sqlite3` is installed. Without it the package that the station has runs the same SQL. */
export const hasShell: boolean = spawnSync('sqlite3', ['--version']).error === undefined;

/** Keys and checks bind the programs of the station, and no others. */
const free = `PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; PRAGMA synchronous = OFF;`;

/** Runs SQL on the file. @throws Error – SQLite refuses it; what came before holds */
export function tool(file: string, sql: string): void {
  if (!hasShell) {
    withPackage(file, sql);
    return;
  }
  const { status, stderr } = spawnSync('sqlite3', ['-bail', file], { input: `${free}\n${sql};\n`, encoding: 'utf8' });
  if (status !== 0) throw new Error(`sqlite3: ${stderr.trim()}: ${sql}`);
}

function withPackage(file: string, sql: string): void {
  const connection = openSqlite(file);
  try {
    connection.exec(`${free} ${sql}`);
  } finally {
    connection.close();
  }
}

/** A value as SQL. */
export function literal(value: string | number | null | Uint8Array): string {
  if (value === null) return 'NULL';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`;
  return `x'${Buffer.from(value).toString('hex')}'`;
}
