/** The only importer of better-sqlite3. */
import { existsSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { StationError } from '../app/contract/errors.ts';
import type { Sql, SqlParams, SqlValue } from '../app/records/sql.ts';
import { refusalOf } from './sqliteerrors.ts';

export type OpenSqlite = {
  /** Makes a missing file. Without it, a missing file is `records.notStation`. */
  create?: boolean;
  readOnly?: boolean;
  /** How long to wait for another process's lock, in ms. */
  busyTimeoutMs?: number;
};

/**
 * Opens a database of the station. WAL and FULL are set on every open: better-sqlite3 is compiled to run NORMAL in WAL
 * mode, and then a power cut can undo a commit that was reported as done.
 */
export function openSqlite(file: string, options: OpenSqlite = {}): Sql {
  return translated(file, () => {
    const sqlite = open(file, options);
    try {
      if (!options.readOnly) sqlite.pragma('journal_mode = WAL');
      sqlite.pragma('synchronous = FULL');
      sqlite.pragma('foreign_keys = ON');
      sqlite.pragma('trusted_schema = OFF');
      // Without this, REPLACE deletes rows without running the triggers that forbid it.
      sqlite.pragma('recursive_triggers = ON');
    } catch (thrown) {
      sqlite.close();
      throw thrown;
    }
    return wrap(file, sqlite);
  });
}

/**
 * Takes the one exclusive lock on `file`, and makes the file if it is missing. The operating system releases the lock
 * when the process ends.
 * @throws `records.inUse` – when another process has the lock
 */
export function lockSqlite(file: string): { release(): void } {
  return translated(file, () => {
    const sqlite = open(file, { create: true, busyTimeoutMs: 0 });
    try {
      sqlite.exec('BEGIN EXCLUSIVE');
    } catch (thrown) {
      sqlite.close();
      throw thrown;
    }
    return { release: () => void sqlite.close() };
  });
}

/** How far a copy is, in pages. */
export type CopyProgress = (done: number, of: number) => void;

/** So many pages are copied between two looks at `onProgress`: 1 MiB of the usual page size. */
const pagesAStep = 256;

/**
 * Copies the database while others write it, by SQLite's online backup. One read transaction holds the state that is
 * copied: without it each commit of another connection would begin the copy once more. The copy is one file that can be
 * read in any folder, also on a network drive: it has no write-ahead log.
 *
 * @param look reads that state, in the same transaction
 * @param onProgress what it throws ends the copy
 * @throws `records.diskFull`, `records.failed`, `records.damaged`
 */
export async function copySqlite<T>(
  file: string,
  to: string,
  look: (sql: Sql) => T,
  onProgress: CopyProgress = () => {},
): Promise<T> {
  const source = translated(file, () => open(file, { readOnly: true }));
  let seen: T;
  try {
    const sql = wrap(file, source);
    sql.exec('BEGIN');
    seen = look(sql);
    const { totalPages } = await source
      .backup(to, {
        progress({ totalPages, remainingPages }) {
          onProgress(totalPages - remainingPages, totalPages);
          return pagesAStep;
        },
      })
      .catch((thrown: unknown) => translated(file, () => raise(thrown)));
    onProgress(totalPages, totalPages);
    sql.exec('COMMIT');
  } finally {
    source.close();
  }
  translated(to, () => {
    const copy = open(to, {});
    try {
      copy.pragma('journal_mode = DELETE');
    } finally {
      copy.close();
    }
  });
  return seen;
}

function raise(thrown: unknown): never {
  throw thrown;
}

function open(file: string, options: OpenSqlite): Sqlite.Database {
  if (!options.create && !existsSync(file))
    throw new StationError('records.notStation', `there is no ${basename(file)} in ${dirname(file)}`);
  // SQLite would take it for a new one, and throw the write-ahead log away in which there may be work.
  if (!options.create && statSync(file).size === 0)
    throw new StationError(
      'records.damaged',
      `${basename(file)} in ${dirname(file)} is empty. Keep the folder, and restore a backup in another one`,
    );
  return new Sqlite(file, { readonly: options.readOnly ?? false, timeout: options.busyTimeoutMs ?? 5000 });
}

/** Begins or ends a transaction. These come with each write and read, so that they are parsed once like other statements. */
const isBracket = /^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)\b[^;]*$/;

function wrap(file: string, sqlite: Sqlite.Database): Sql {
  const kept = <T>(make: (text: string) => T) => {
    const statements = new Map<string, T>();
    return (text: string): T => {
      let statement = statements.get(text);
      if (!statement) {
        statement = make(keptPlan(text));
        statements.set(text, statement);
      }
      return statement;
    };
  };
  const prepare = kept((text) => preparedOf(sqlite.prepare<[SqlParams]>(text)));
  const prepareRaw = kept((text) => sqlite.prepare<[SqlParams]>(text).raw());
  const preparePlucked = kept((text) => sqlite.prepare<[SqlParams]>(text).pluck());
  return {
    exec: (text) =>
      translated(file, () => void (isBracket.test(text) ? prepare(text).statement.run({}) : sqlite.exec(text))),
    run: (text, params = {}) =>
      translated(file, () => {
        const { changes, lastInsertRowid } = prepare(text).statement.run(params);
        return { changes, lastId: Number(lastInsertRowid) };
      }),
    get: <Row>(text: string, params: SqlParams = {}) =>
      translated(file, () => {
        const { statement, blobs } = prepare(text);
        return withBytes(statement.get(params) as RawRow | undefined, blobs) as Row | undefined;
      }),
    all: <Row>(text: string, params: SqlParams = {}) =>
      translated(file, () => {
        const { statement, blobs } = prepare(text);
        const rows = statement.all(params) as RawRow[];
        if (blobs.length > 0) for (const row of rows) withBytes(row, blobs);
        return rows as Row[];
      }),
    rows: <Row extends SqlValue[]>(text: string, params: SqlParams = {}) =>
      translated(file, () => prepareRaw(text).all(params) as Row[]),
    column: <Value extends SqlValue>(text: string, params: SqlParams = {}) =>
      translated(file, () => preparePlucked(text).all(params) as Value[]),
    *each<Row>(text: string, params: SqlParams = {}) {
      const { statement, blobs } = translated(file, () => preparedOf(sqlite.prepare<[SqlParams]>(text)));
      const rows = translated(file, () => statement.iterate(params)) as IterableIterator<RawRow, undefined>;
      try {
        for (;;) {
          const { value, done } = translated(file, () => rows.next());
          if (done) return;
          yield withBytes(value, blobs) as Row;
        }
      } finally {
        // A reader that stops early would leave the connection busy, so that it could not be closed.
        rows.return?.();
      }
    },
    inTransaction: () => sqlite.inTransaction,
    close: () => void sqlite.close(),
  };
}

/**
 * SQLite looks at the values that a statement compares by `=` or takes as its limit, and plans it again when they were
 * changed. better-sqlite3 clears all values after each run, which is a change: such a statement would be parsed and planned
 * at each run, and that takes many times longer than the run. Behind a `+` SQLite does not look. A `+` changes neither the
 * value, nor how it is compared, nor which index serves (https://www.sqlite.org/lang_expr.html, section 3).
 */
const keptPlan = (text: string): string => text.replaceAll(/(=|\bIS|\bLIMIT) *@/g, '$1 +@');

type RawRow = Record<string, unknown>;
/** A statement and the columns of its rows that may hold blobs: those of that type, and values that are computed. */
type Prepared = { statement: Sqlite.Statement<[SqlParams]>; blobs: readonly string[] };

const preparedOf = (statement: Sqlite.Statement<[SqlParams]>): Prepared => ({
  statement,
  blobs: statement.reader
    ? statement.columns().flatMap(({ name, type }) => (type === null || type === 'BLOB' ? [name] : []))
    : [],
});

/**
 * Blobs come as Buffers, each with memory of its own. Callers get the plain type over it, which is the same on both sides
 * of a thread.
 */
function withBytes(row: RawRow | undefined, blobs: readonly string[]): RawRow | undefined {
  if (row === undefined) return row;
  for (const name of blobs) {
    const value = row[name];
    if (Buffer.isBuffer(value)) row[name] = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  return row;
}

/** Wraps SQLite's errors once. */
function translated<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (thrown) {
    if (!(thrown instanceof Sqlite.SqliteError)) throw thrown;
    const { code, detail } = refusalOf(file, thrown.code, thrown.message);
    throw new StationError(code, detail, { data: { sqlite: thrown.code }, cause: thrown });
  }
}
