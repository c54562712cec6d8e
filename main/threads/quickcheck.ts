/** What can be seen of the records at once, when a station starts. All of them are read later, in the background. */
import { isSigned, originOf, readCheckpoint } from '../../app/records/log/note.ts';
import { isGivenUp, restoresOf } from '../../app/records/log/restores.ts';
import { headOf, rootOfFirst, stationIdOf } from '../../app/records/log/store.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { keptCheckpoint } from './checkpointfile.ts';
import { logPublicKey } from './logkey.ts';

/**
 * Holds the head of the log against its key and against the checkpoint beside the records. It takes milliseconds, whatever
 * the size of the file.
 *
 * @returns what is wrong, in English; undefined when nothing is
 * @throws records.damaged, records.failed
 */
export function quickCheck(recordsFile: string): string | undefined {
  const [publicKey, note] = [logPublicKey(recordsFile), keptCheckpoint(recordsFile)];
  const sql = openSqlite(recordsFile, { readOnly: true });
  try {
    const [head, stationId] = [headOf(sql), stationIdOf(sql)];
    if (head === undefined || stationId === undefined) return undefined;
    const { signature } = head;
    if (publicKey && (signature === null || !isSigned(originOf(stationId), head, { publicKey, signature })))
      return "the head of the log was not signed with this station's key";
    const kept = note === undefined ? undefined : readCheckpoint(note);
    if (kept === undefined || isGivenUp(restoresOf(sql), kept)) return undefined;
    if (kept.size > head.size)
      return `the log has ${head.size} leaves and had ${kept.size}: an older file was put in its place, or its end was cut off`;
    return Buffer.compare(rootOfFirst(sql, kept.size), kept.root) === 0
      ? undefined
      : `the first ${kept.size} leaves of the log are not those that it had: the log was rewritten`;
  } finally {
    sql.close();
  }
}
