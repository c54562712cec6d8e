/** The verification of a station's records against their log, from the files of its folder. */

import { basename } from 'node:path';
import { StationError } from '../../app/contract/errors.ts';
import { schemaOf } from '../../app/records/log/schema.ts';
import type { LogVerdict, NamedCheckpoint, Progress, SchemaRow } from '../../app/records/log/verdict.ts';
import { verifyLog } from '../../app/records/log/verify.ts';
import { migrate } from '../../app/records/migrations/index.ts';
import type { Sql } from '../../app/records/sql.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { isOfPlace } from '../../native/sqliteerrors.ts';
import { checkpointFile, keptCheckpoint } from './checkpointfile.ts';
import { logPublicKey } from './logkey.ts';

/** What is known of a file of records from outside of it. */
export type Outside = {
  /** The key of its log, if it is at hand. */
  publicKey?: Uint8Array | undefined;
  checkpoints?: readonly NamedCheckpoint[];
};

/**
 * Verifies the records in `recordsFile`. It writes nothing, and a station may go on working on them: what is verified is
 * their state at the beginning.
 *
 * @param given checkpoints that were kept in other places
 * @throws records.notStation – there is no such file
 * @throws records.failed, records.diskFull – the system does not let it be read; so does the key of the log
 */
export function verifyRecords(
  recordsFile: string,
  given: readonly NamedCheckpoint[] = [],
): Generator<Progress, LogVerdict> {
  // Checkpoints are read first: the log only grows, so that it has them all.
  const kept = keptCheckpoint(recordsFile);
  const publicKey = logPublicKey(recordsFile);
  const beside = kept === undefined ? [] : [{ name: basename(checkpointFile(recordsFile)), note: kept }];
  return verifyFile(recordsFile, { publicKey, checkpoints: [...beside, ...given] });
}

/** As `verifyRecords`, for a file without its folder, e.g. a copy. */
export function* verifyFile(recordsFile: string, outside: Outside): Generator<Progress, LogVerdict> {
  const schema = freshSchema();
  let sql: Sql | undefined;
  try {
    sql = openSqlite(recordsFile, { readOnly: true });
    sql.exec('BEGIN');
    return yield* verifyLog(sql, { schema, ...outside });
  } catch (thrown) {
    if (!(thrown instanceof StationError) || !['records.damaged', 'records.failed'].includes(thrown.code)) throw thrown;
    // A file that was not read is not known to be changed.
    if (isOfPlace(String(thrown.data?.sqlite))) throw thrown;
    const damage = { what: 'file' as const, where: basename(recordsFile), meaning: thrown.detail };
    return { ok: false, entries: 0, size: 0, root: null, firstBad: damage, problems: [damage] };
  } finally {
    // Closing ends the transaction. A COMMIT would fail on a damaged file, in place of the verdict.
    sql?.close();
  }
}

let schemaOfNow: readonly SchemaRow[] | undefined;
/** The schema of a new file of this program. */
function freshSchema(): readonly SchemaRow[] {
  if (schemaOfNow !== undefined) return schemaOfNow;
  const fresh = openSqlite(':memory:', { create: true });
  migrate(fresh);
  schemaOfNow = schemaOf(fresh);
  fresh.close();
  return schemaOfNow;
}
