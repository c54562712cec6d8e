/**
 * Who is in a batch. A page of members is a row for each, and one row that says who put them there and when: the entry
 * `batch.member` of each unit's story follows from the two.
 */
import type { BatchWay } from '../../contract/batches.ts';
import type { JournalEntry } from '../../contract/model.ts';
import { bit, type Sql } from '../sql.ts';
import { readyOf } from './candidates.ts';

export type Joining = { batchId: string; target: string; way: BatchWay; actor: string; at: string };
export type Joiner = { unitSerial: string; certificateId: string };

/** An id has 64 digits, so the two need no JSON of their own, which would be read again for each column. */
const packed = (units: readonly Joiner[]) =>
  JSON.stringify(units.map(({ unitSerial, certificateId }) => certificateId + unitSerial));
const certificateId = 'substr(given.value, 1, 64)';
const unitSerial = 'substr(given.value, 65)';

/**
 * Adds units after the last line of the batch. A unit that is not ready any more is left out.
 *
 * @param units none of them twice
 * @returns the new members, in line order
 */
export function joinMembers(sql: Sql, joining: Joining, units: readonly Joiner[]): Joiner[] {
  const { batchId, target, way, actor, at } = joining;
  const ready = sql.all<{ place: number }>(
    `SELECT given.key AS place
     ${readyOf(`json_each(@units) given CROSS JOIN journalIndex j ON j.unitSerial = ${unitSerial}`)}
       AND c.certificateId = ${certificateId}`,
    { target, file: bit(way === 'bulk'), units: packed(units) },
  );
  const places = new Set(ready.map(({ place }) => place));
  const joined = places.size === units.length ? units : units.filter((_, place) => places.has(place));
  if (joined.length === 0) return [];
  const { last } = sql.get<{ last: number }>('SELECT members AS last FROM batches WHERE batchId = @batchId', {
    batchId,
  })!;
  sql.run(
    `INSERT INTO members (batchId, target, line, unitSerial, certificateId, state, live)
     SELECT @batchId, @target, @last + 1 + given.key, ${unitSerial}, ${certificateId}, 'waiting', 1 FROM json_each(@units) given`,
    { batchId, target, last, units: packed(joined) },
  );
  sql.run(
    `INSERT INTO memberPages (batchId, firstLine, lastLine, afterEntry, at, actor)
     SELECT @batchId, @last + 1, @last + @count, coalesce(max(entryId), 0), @at, @actor FROM journal`,
    { batchId, last, count: joined.length, at, actor },
  );
  return [...joined];
}

/** An entry and the last entry of any journal that was there before it. */
type Derived = { after: number; entry: JournalEntry };

/**
 * The entries `batch.member` of a unit, oldest first. Their numbers are negative, for the journal has none of them.
 * Members of files of earlier versions have theirs in the journal.
 */
export function memberEntries(sql: Sql, unitSerial: string): Derived[] {
  const rows = sql.all<{ after: number; at: string; attempt: number; actor: string; batchId: string; line: number }>(
    `SELECT p.afterEntry AS after, p.at, p.actor, m.batchId, m.line, (SELECT coalesce(max(j.attempt), 0) FROM journal j
         WHERE j.unitSerial = m.unitSerial AND j.entryId <= p.afterEntry) AS attempt
     FROM members m JOIN memberPages p ON p.batchId = m.batchId
       AND p.firstLine = (SELECT max(q.firstLine) FROM memberPages q WHERE q.batchId = m.batchId AND q.firstLine <= m.line)
     WHERE m.unitSerial = @unitSerial AND m.line <= p.lastLine ORDER BY p.afterEntry, p.at`,
    { unitSerial },
  );
  return rows.map(({ after, at, attempt, actor, batchId, line }, index) => {
    const entry = { entryId: -1 - index, at, attempt, entry: 'batch.member' as const, step: null, actor, ms: null };
    return { after, entry: { ...entry, data: { batchId, line } } };
  });
}

/** What the file says of members that cannot be; empty when all is well. */
export const memberProblems = (sql: Sql): string[] => [
  ...sql
    .all<{ unitSerial: string }>(
      `SELECT unitSerial FROM members m WHERE NOT EXISTS
         (SELECT 1 FROM certificates c WHERE c.unitSerial = m.unitSerial AND c.certificateId = m.certificateId)`,
    )
    .map(({ unitSerial }) => `${unitSerial} is in a batch with a certificate that is not its own`),
  ...sql
    .all<{ unitSerial: string; target: string }>(
      `SELECT unitSerial, target FROM members WHERE live = 1 GROUP BY unitSerial, certificateId, target HAVING count(*) > 1`,
    )
    .map(({ unitSerial, target }) => `${unitSerial} is in two live batches of ${target}`),
  ...sql
    .all<{ batchId: string }>(
      `SELECT b.batchId FROM batches b LEFT JOIN
         (SELECT batchId, count(*) AS members, sum(state = 'registered') AS registered, sum(state = 'rejected') AS rejected,
            sum(state = 'unaccounted') AS unaccounted FROM members GROUP BY batchId) m USING (batchId)
       WHERE (b.members, b.registered, b.rejected, b.unaccounted) IS NOT
         (coalesce(m.members, 0), coalesce(m.registered, 0), coalesce(m.rejected, 0), coalesce(m.unaccounted, 0))`,
    )
    .map(({ batchId }) => `the counts of batch ${batchId} are not those of its members`),
];
