/** Tables whose rows follow from rows of others: computed again and compared. */
import { resultsOfJournal } from '../migrations/resultcounts.ts';
import { countProblems } from '../orders/counts.ts';
import type { Sql } from '../sql.ts';

/** Units whose row in the journal's index differs from their journal. */
function strayIndex(sql: Sql): string[] {
  return sql
    .all<{ unitSerial: string }>(
      `WITH said AS (SELECT unitSerial, state, data, max(entryId) FROM journal WHERE state IS NOT NULL GROUP BY unitSerial),
         ends AS (SELECT unitSerial, max(entryId) AS entryId, max(attempt) AS attempts FROM journal GROUP BY unitSerial)
       SELECT u.unitSerial FROM units u
       LEFT JOIN said USING (unitSerial) LEFT JOIN ends USING (unitSerial) LEFT JOIN journalIndex j USING (unitSerial)
       LEFT JOIN journal e ON e.entryId = ends.entryId
       WHERE (j.unitSerial IS NOT NULL AND (j.orderId IS NOT u.orderId OR j.model IS NOT u.model))
         OR j.state IS NOT said.state OR j.entryId IS NOT ends.entryId OR j.attempts IS NOT ends.attempts
         OR j.updatedAt IS NOT e.at OR j.errorCode IS NOT json_extract(said.data, '$.error.code')
       UNION SELECT unitSerial FROM journalIndex WHERE unitSerial NOT IN (SELECT unitSerial FROM units)`,
    )
    .map((row) => row.unitSerial);
}

/** Orders whose counts of first connections differ from the connections. */
function strayCounts(sql: Sql): string[] {
  return sql
    .all<{ orderId: string }>(
      `WITH counted AS (SELECT orderId, target, state, coalesce(reason, '') AS reason, count(*) AS units
         FROM firstConnections GROUP BY 1, 2, 3, 4),
       kept AS (SELECT orderId, target, state, reason, units FROM connectionCounts WHERE units <> 0)
       SELECT orderId FROM (SELECT * FROM counted EXCEPT SELECT * FROM kept)
       UNION SELECT orderId FROM (SELECT * FROM kept EXCEPT SELECT * FROM counted)`,
    )
    .map((row) => row.orderId);
}

/** Days whose book differs from their entries. Each is counted once, and compared in both directions. */
function strayDays(sql: Sql): string[] {
  const differ = (book: string, counted: string): string =>
    `SELECT day FROM (SELECT * FROM ${counted} EXCEPT SELECT * FROM ${book})
     UNION SELECT day FROM (SELECT * FROM ${book} EXCEPT SELECT * FROM ${counted})`;
  const day = 'substr(at, 1, 10) AS day';
  return sql
    .all<{ day: string }>(
      `WITH journalCounted AS MATERIALIZED (SELECT ${day}, min(entryId), max(entryId) FROM journal GROUP BY 1),
         auditCounted AS MATERIALIZED (SELECT ${day}, entry, actor, count(*), min(seq), max(seq) FROM audit GROUP BY 1, 2, 3)
       ${differ('journalDays', 'journalCounted')} UNION ${differ('auditDays', 'auditCounted')}`,
    )
    .map((row) => row.day);
}

/** Quarters of an hour whose counts of attempts or of steps differ from the journal. */
function strayResults(sql: Sql): string[] {
  const differ = Object.entries(resultsOfJournal).map(
    ([kept, counted]) => `SELECT quarter FROM (SELECT * FROM (${counted}) EXCEPT SELECT * FROM ${kept})
     UNION SELECT quarter FROM (SELECT * FROM ${kept} EXCEPT SELECT * FROM (${counted}))`,
  );
  return sql.all<{ quarter: string }>(differ.join(' UNION ')).map((row) => row.quarter);
}

/**
 * Tables whose next number is not the one after their last. Of none is a row removed, but of events, which go in their
 * order up to the one that is kept as the last to go.
 */
function strayNumbers(sql: Sql): string[] {
  return sql
    .all<{ name: string; seq: number }>('SELECT name, seq FROM sqlite_sequence')
    .flatMap(({ name, seq }) => {
      const known = numbered.find((table) => table === name);
      if (known === undefined) return [name];
      const last = `SELECT coalesce(max(rowid), 0) FROM ${known}`;
      const gone = known === 'outbox' ? 'SELECT removed FROM outboxMark' : '0';
      return sql.get(`SELECT 1 WHERE @seq = max((${last}), coalesce((${gone}), 0))`, { seq }) ? [] : [name];
    })
    .concat(
      numbered.filter((name) =>
        sql.get(
          `SELECT 1 FROM ${name} WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = '${name}') LIMIT 1`,
        ),
      ),
    );
}
const numbered = ['audit', 'journal', 'outbox', 'claims', 'awsRequests'] as const;

/** Each difference as a sentence. */
export const derivedProblems = (sql: Sql): string[] => [
  ...strayNumbers(sql).map((name) => `the next number of ${name} does not follow from its rows`),
  ...strayIndex(sql).map((unitSerial) => `the index does not agree with the journal of ${unitSerial}`),
  ...strayDays(sql).map((day) => `the book of ${day} does not agree with its entries`),
  ...strayResults(sql).map((quarter) => `the counts of results of ${quarter} do not agree with the journal`),
  ...countProblems(sql),
  ...strayCounts(sql).map((orderId) => `the counts of first connections of ${orderId} do not agree with them`),
];
