import { StationError } from '../../contract/errors.ts';
import type { Sql } from '../sql.ts';
import { m0001 } from './m0001.ts';
import { m0002 } from './m0002.ts';
import { m0003 } from './m0003.ts';
import { m0004 } from './m0004.ts';
import { m0005 } from './m0005.ts';
import { m0006 } from './m0006.ts';
import { m0007 } from './m0007.ts';
import { m0008 } from './m0008.ts';
import { m0009 } from './m0009.ts';

/** Migration n takes a file from `user_version` n − 1 to n. One that was released is never edited. */
export const migrations: readonly string[] = [m0001, m0002, m0003, m0004, m0005, m0006, m0007, m0008, m0009];

const versionOf = (sql: Sql): number => sql.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0;

/** Brings the file up to date, all of it in one transaction. Refuses `records.newer` and `records.notStation`. */
export function migrate(sql: Sql, steps: readonly string[] = migrations): void {
  sql.exec('BEGIN IMMEDIATE');
  try {
    checkVersion(sql, steps);
    const version = versionOf(sql);
    for (const step of steps.slice(version)) sql.exec(step);
    if (version < steps.length) sql.exec(`PRAGMA user_version = ${steps.length}`);
    sql.exec('COMMIT');
  } catch (thrown) {
    if (sql.inTransaction()) sql.exec('ROLLBACK');
    throw thrown;
  }
}

function checkVersion(sql: Sql, steps: readonly string[]): void {
  const version = versionOf(sql);
  if (version > steps.length) {
    throw new StationError('records.newer', `the file is of version ${version}, this program knows ${steps.length}`, {
      data: { version, known: steps.length },
    });
  }
  if (version === 0 && sql.get('SELECT 1 FROM sqlite_schema LIMIT 1')) {
    throw new StationError('records.notStation', 'this is the database of another program');
  }
}
