/** Where the SQL of a ledger runs: on threads of its own, or on this one. */
import { StationError } from '../contract/errors.ts';
import { type Asked, runRead, runWrite } from './calls.ts';
import { createGroupCommit } from './commit.ts';
import type { Sql } from './sql.ts';

/** The seam between the ledger and where its SQL runs; a step's name says which one, see `calls.ts`. */
export interface Database {
  /** Resolves once the commit that holds it is on disk. */
  write(name: string, asked: Asked): Promise<unknown>;
  /** Sees every write that resolved before it was asked. */
  read(name: string, asked: Asked): Promise<unknown>;
  /** Finishes what was asked, then closes. Idempotent. */
  close(): Promise<void>;
}

export const closedError = (): StationError => new StationError('records.failed', 'the records are closed');

/** Both connections on this thread: for short-lived programs and tests. `writer` has been migrated. */
export function createLocalDatabase(writer: Sql, reader: Sql): Database {
  const group = createGroupCommit(writer);
  let closed = false;
  return {
    async write(name, asked) {
      if (closed) throw closedError();
      return group.submit((sql) => runWrite(sql, name, asked));
    },
    async read(name, asked) {
      if (closed) throw closedError();
      return runRead(reader, name, asked);
    },
    async close() {
      if (closed) return;
      closed = true;
      group.flush();
      reader.close();
      writer.close();
    },
  };
}
