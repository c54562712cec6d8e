/** What an error of SQLite means for the records, and what keeps their file from being used. */
import { accessSync, closeSync, constants, openSync, statfsSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { ErrorCode } from '../app/contract/errors.ts';
import { systemCodeOf, whyUnwritten } from '../app/files/index.ts';

export type Refusal = { code: ErrorCode; detail: string };

/** By the result code (sqlite.org/rescode.html), never by the message. */
export function refusalOf(file: string, code: string, message: string): Refusal {
  const said = `${code} in ${basename(file)}: ${message}`;
  if (code.startsWith('SQLITE_CONSTRAINT')) return { code: 'records.conflict', detail: said };
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
    return { code: 'records.inUse', detail: `${said}. Another program works in it: end that one, and try again` };
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB')
    return { code: 'records.damaged', detail: `${said}. Keep the file, and restore a backup in another folder` };
  if (code === 'SQLITE_FULL') return { code: 'records.diskFull', detail: `${said}. Make room on its disk` };
  if (code === 'SQLITE_READONLY_ROLLBACK')
    return {
      code: 'records.failed',
      detail: `${said}. Another program was cut off in a change of it, which ${basename(file)}-journal has: open the station, which takes the change back, and verify again`,
    };
  if (!isOfPlace(code)) return { code: 'records.failed', detail: said };
  const { why, isFull } = hindrance(file) ?? {};
  if (isFull) return { code: 'records.diskFull', detail: `${said}. Its disk is full: make room there` };
  const ofDisk = code.startsWith('SQLITE_IOERR') ? ': a fault, a quota, or a limit for the size of files' : '';
  return { code: 'records.failed', detail: `${said}${why === undefined ? ofDisk : `: ${why}`}` };
}

/** Nothing is wrong with the records: the system does not let this process open, share or write their file. */
export const isOfPlace = (code: string): boolean =>
  /^SQLITE_(CANTOPEN|READONLY|PERM|NOMEM|IOERR_(SHM|WRITE|FSYNC|DIR_FSYNC|TRUNCATE|ACCESS|LOCK|RDLOCK|NOMEM|DELETE))/.test(
    code,
  );

/** SQLite's limit for a whole path, with the endings of its other files (os_unix.c, MAX_PATHNAME). */
const longestPath = 512 - '-journal'.length;

/**
 * SQLite does not pass on what the system said. No file of the database is opened here: to close a handle of one would
 * end all locks of this process on it.
 */
function hindrance(file: string): { why: string; isFull?: boolean } | undefined {
  const path = resolve(file);
  if (process.platform !== 'win32' && Buffer.byteLength(path) > longestPath)
    return { why: `its path is longer than ${longestPath} bytes: choose a shorter one` };
  const folder = dirname(path);
  try {
    closeSync(openSync(process.execPath, 'r'));
    const { bavail, blocks } = statfsSync(folder);
    if (blocks > 0 && bavail === 0) return { why: 'the disk is full', isFull: true };
  } catch (thrown) {
    return { why: whyUnwritten(thrown) };
  }
  for (const each of [folder, path, `${path}-wal`, `${path}-shm`]) {
    try {
      accessSync(each, constants.R_OK | constants.W_OK);
      if (each !== folder && !statSync(each).isFile()) return { why: `${each} is no file` };
    } catch (thrown) {
      if (each !== folder && systemCodeOf(thrown) === 'ENOENT') continue;
      return { why: `${each} cannot be read and written: ${whyUnwritten(thrown)}` };
    }
  }
  return undefined;
}
