/** The latest checkpoint of a station's log, in a file beside the records: an older file in their place does not agree with it. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { replaceSynced } from '../../app/files/index.ts';
import { readCheckpoint } from '../../app/records/log/note.ts';
import { isGivenUp, restoresOf } from '../../app/records/log/restores.ts';
import { checkpointOf, headOf, rootOfFirst } from '../../app/records/log/store.ts';
import type { Sql } from '../../app/records/sql.ts';

/** The file of the checkpoint of the records in `recordsFile`. */
export const checkpointFile = (recordsFile: string): string => join(dirname(recordsFile), 'records.checkpoint');

/** Its text; undefined when there is none. */
export function keptCheckpoint(recordsFile: string): string | undefined {
  try {
    return readFileSync(checkpointFile(recordsFile), 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Keeps the checkpoint of now. A kept one that does not agree with the log stays, because it is the evidence, unless the
 * log declares the restore that gave its state up. A file that
 * cannot be written takes nothing from the records, and the next commit tries again.
 */
export function keepCheckpoint(sql: Sql, recordsFile: string): void {
  const checkpoint = checkpointOf(sql);
  const kept = keptCheckpoint(recordsFile);
  if (checkpoint === undefined || kept === checkpoint.note || (kept !== undefined && isAhead(sql, kept))) return;
  const file = checkpointFile(recordsFile);
  try {
    replaceSynced(file, checkpoint.note, 0o644);
  } catch {
    // See above.
  }
}

/** How much of the latest work an older file in place of the records could hide from the checkpoint beside them. */
const keepEveryMs = 60_000;

/**
 * Keeps the checkpoint at once, from time to time, and at the close. A disk that does not answer the look at the records
 * must end neither the writer nor its close: the next commit says what is wrong.
 */
export function careForCheckpoint(sql: Sql, recordsFile: string, everyMs = keepEveryMs): { close(): void } {
  const keep = () => {
    try {
      keepCheckpoint(sql, recordsFile);
    } catch {
      // See above.
    }
  };
  keep();
  const keeping = setInterval(keep, everyMs);
  return {
    close() {
      clearInterval(keeping);
      keep();
    },
  };
}

function isAhead(sql: Sql, note: string): boolean {
  const kept = readCheckpoint(note);
  const size = headOf(sql)?.size ?? 0;
  if (kept === undefined) return false;
  if (kept.size <= size && Buffer.compare(rootOfFirst(sql, kept.size), kept.root) === 0) return false;
  return !isGivenUp(restoresOf(sql), kept);
}
