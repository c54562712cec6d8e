/** Where the SQL of a ledger runs: on its own threads, or on this one. */
import { StationError } from '../contract/errors.ts';
import { type Asked, isPatient, runRead, runWrite } from './calls.ts';
import { createGroupCommit } from './commit.ts';
import { beginLog } from './log/begin.ts';
import type { LogSigner } from './log/note.ts';
import type { Sql } from './sql.ts';

/**
 * The seam between the ledger and the place where its SQL runs. The name of a step says which SQL that is, see
 * `calls.ts`.
 */
export interface Database {
  /** Resolves once the commit that holds it is on disk. */
  write(name: string, asked: Asked): Promise<unknown>;
  /** Sees every write that resolved before this read was asked for. */
  read(name: string, asked: Asked): Promise<unknown>;
  /** Finishes all reads and writes that were asked for, except for long reads, then closes. Idempotent. */
  close(): Promise<void>;
}

/** The error of every call after `close`: `records.failed`. */
export const closedError = (): StationError => new StationError('records.failed', 'the records are closed');

/**
 * Both connections on this thread, for short-lived programs and tests. The file of `writer` is migrated already. Without a
 * signer the log of the records is kept and not signed. `onClose` comes after the last commit.
 */
export function createLocalDatabase(writer: Sql, reader: Sql, signer?: LogSigner, onClose?: () => void): Database {
  const group = createGroupCommit(writer, undefined, beginLog(writer, signer));
  let closed = false;
  return {
    async write(name, asked) {
      if (closed) throw closedError();
      return group.submit((sql) => runWrite(sql, name, asked), isPatient(name));
    },
    async read(name, asked) {
      if (closed) throw closedError();
      return runRead(reader, name, asked);
    },
    async close() {
      if (closed) return;
      closed = true;
      group.flush();
      onClose?.();
      reader.close();
      writer.close();
    },
  };
}
