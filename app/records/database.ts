import { StationError } from '../contract/errors.ts';
import { createGroupCommit } from './commit.ts';
import type { Sql } from './sql.ts';
import {
  type ReadName,
  type ReadParams,
  type ReadResult,
  runRead,
  runWrite,
  type WriteName,
  type WriteParams,
  type WriteResult,
} from './tables.ts';

/** The seam between the ledger and where its SQL runs. */
export interface Database {
  /** Resolves once the commit that holds it is on disk. */
  write<N extends WriteName>(name: N, params: WriteParams<N>): Promise<WriteResult<N>>;
  /** Sees every write that resolved before it was asked. */
  read<N extends ReadName>(name: N, params: ReadParams<N>): Promise<ReadResult<N>>;
  /** Finishes what was asked, then closes. Idempotent. */
  close(): Promise<void>;
}

export const closedError = (): StationError => new StationError('records.failed', 'the records are closed');

/** Both connections on this thread: for short-lived programs and tests. `writer` has been migrated. */
export function createLocalDatabase(writer: Sql, reader: Sql): Database {
  const group = createGroupCommit(writer);
  let closed = false;
  return {
    async write(name, params) {
      if (closed) throw closedError();
      return group.submit((sql) => runWrite(sql, name, params));
    },
    async read(name, params) {
      if (closed) throw closedError();
      return runRead(reader, name, params);
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
