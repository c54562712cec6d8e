/** Conversations that the station's rule removes. Their digests stay, and the log says that they were removed. */
import { hash } from 'node:crypto';
import { audit } from '../audit/audit.ts';
import { patientWrite } from '../call.ts';
import type { Sql } from '../sql.ts';

/** Conversations of units that passed: older than `before`, or more than the latest `most`. Null: this does not count. */
export type RemovalRule = { before: string | null; most: number | null };

const good = `('passed', 'registered', 'rejected')`;
const isGood = `EXISTS (SELECT 1 FROM journalIndex j WHERE j.unitSerial = t.unitSerial AND j.state IN ${good})`;

/** The last conversation that `most` leaves nothing of; 0 when all may stay. */
function lastBeyond(sql: Sql, most: number | null): number {
  if (most === null) return 0;
  return (
    sql.get<{ transcriptId: number }>(
      `SELECT transcriptId FROM transcripts t WHERE ${isGood} ORDER BY transcriptId DESC LIMIT 1 OFFSET @most`,
      { most },
    )?.transcriptId ?? 0
  );
}

const chosen = `FROM transcripts t WHERE transcriptId > @after
  AND (transcriptId <= @beyond OR (@before IS NOT NULL AND startedAt < @before)) AND ${isGood}`;

type Page = RemovalRule & { after: number; limit: number };

/**
 * Removes a page of conversations of units that passed, and keeps the digest of each. Those of other units always stay.
 * Audit `transcripts.removed`, once for each page that removed any. Returns where the next page begins; null at the end.
 */
export const removeTranscripts = patientWrite((sql, { before, most, after, limit }: Page, at): number | null => {
  const found = sql.all<{ transcriptId: number; data: Uint8Array }>(
    `SELECT transcriptId, data ${chosen} ORDER BY transcriptId LIMIT @limit`,
    { after, before, beyond: lastBeyond(sql, most), limit },
  );
  for (const { transcriptId, data } of found) {
    sql.run(
      `INSERT INTO removedTranscripts (transcriptId, unitSerial, attempt, startedAt, dataSha256, removedAt)
       SELECT transcriptId, unitSerial, attempt, startedAt, @dataSha256, @at FROM transcripts WHERE transcriptId = @transcriptId`,
      { transcriptId, dataSha256: hash('sha256', data, 'buffer'), at },
    );
    sql.run('DELETE FROM transcripts WHERE transcriptId = @transcriptId', { transcriptId });
  }
  const last = found.at(-1);
  if (last === undefined) return null;
  const { stationId } = sql.get<{ stationId: string }>('SELECT stationId FROM station')!;
  const data = { count: found.length, before, most };
  audit(sql, { at, entry: 'transcripts.removed', actor: 'station', subject: stationId, data });
  return found.length < limit ? null : last.transcriptId;
});
