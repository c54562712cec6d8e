/** Events and keys of requests that the station's rule removes. What the events told stays in the journal and the log. */
import { audit } from '../audit/audit.ts';
import { patientWrite } from '../call.ts';

type Page = {
  /** What is older goes. ISO 8601 UTC. */
  before: string;
  /** Only events that the webhook has delivered go. False where there is no webhook: then their age alone counts. */
  isSent: boolean;
  limit: number;
};

/**
 * Removes a page of events, the oldest first, and a page of keys. The first event that is younger or was not delivered
 * ends it, so that none is left out of the middle. Audit `events.removed`, once for each page that removed any.
 *
 * @returns whether there may be more
 */
export const removeEvents = patientWrite((sql, { before, isSent, limit }: Page, at): boolean => {
  const rows = sql.all<{ seq: number; at: string }>(
    `SELECT o.seq, coalesce(j.at, a.at) AS at
     FROM outbox o LEFT JOIN journal j USING (entryId) LEFT JOIN audit a ON a.seq = o.auditSeq
     WHERE ${isSent ? 'o.seq <= (SELECT delivered FROM outboxMark)' : 'true'} ORDER BY o.seq LIMIT @limit`,
    { limit },
  );
  const young = rows.findIndex((row) => row.at >= before);
  const old = young < 0 ? rows : rows.slice(0, young);
  const through = old.at(-1)?.seq;
  if (through !== undefined) {
    sql.run('UPDATE outboxMark SET removed = @through', { through });
    sql.run('DELETE FROM outbox WHERE seq <= @through', { through });
  }
  const oldKeys = 'FROM hookKeys WHERE at < @before ORDER BY at LIMIT';
  const hasOldKey = sql.get(`SELECT 1 ${oldKeys} 1`, { before }) !== undefined;
  // The trigger lets go what is before this time. A look that removes nothing writes nothing.
  if (hasOldKey) sql.run('UPDATE outboxMark SET keysBefore = @before', { before });
  const keys = hasOldKey
    ? sql.run(`DELETE FROM hookKeys WHERE key IN (SELECT key ${oldKeys} @limit)`, { before, limit }).changes
    : 0;
  if (old.length === 0 && keys === 0) return false;
  const { stationId, removed } = sql.get<{ stationId: string; removed: number }>(
    'SELECT stationId, removed FROM station, outboxMark',
  )!;
  const data = { through: removed, events: old.length, keys, before };
  audit(sql, { at, entry: 'events.removed', actor: 'station', subject: stationId, data });
  return old.length === limit || keys === limit;
});
