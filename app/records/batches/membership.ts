/**
 * Who is in a batch. A page of members is a row for each, and one row that says who put them there and when: the entry
 * `batch.member` of each unit's story follows from the two.
 */
import type { BatchWay } from '../../contract/batches.ts';
import { StationError } from '../../contract/errors.ts';
import type { JournalEntry } from '../../contract/model.ts';
import { unitRanges } from '../log/slices.ts';
import { bit, type Sql } from '../sql.ts';
import { readyOf } from './candidates.ts';

export type Joining = { batchId: string; target: string; way: BatchWay; actor: string; at: string };
export type Joiner = { unitSerial: string; certificateId: string };

/** A unit and its certificate. An id has 64 digits, so the two need no JSON of their own, which would be read again for each column. */
type Packed = string;
const packed = (unitSerial: string, certificateId: string): Packed => certificateId + unitSerial;
const idDigits = 64;
const certificateId = `substr(given.value, 1, ${idDigits})`;
const unitSerial = `substr(given.value, ${idDigits + 1})`;

/**
 * Adds units after the last line of the batch. A unit that is not ready any more is left out.
 *
 * @param units none of them twice
 * @returns the new members, in line order
 */
export function joinMembers(sql: Sql, joining: Joining, units: readonly Joiner[]): Joiner[] {
  const given = units.map(({ unitSerial, certificateId }) => packed(unitSerial, certificateId));
  const ready = readyPlaces(sql, joining, given);
  const joined = units.filter((_, place) => ready.has(place));
  addLines(
    sql,
    joining,
    given.filter((_, place) => ready.has(place)),
  );
  return joined;
}

/** How far a reader saw when it found units ready. */
export type Seen = {
  /** The last entry of all journals. */
  entry: number;
  /** How many CAs were revoked. */
  caRevocations: number;
};

/** How far this connection sees now. */
export const seenNow = (sql: Sql): Seen =>
  sql.get<Seen>(
    `SELECT (SELECT coalesce(max(entryId), 0) FROM journal) AS entry,
       (SELECT count(*) FROM caRevocations) AS caRevocations`,
  )!;

/** Units of a page, in columns. */
export type Joiners = { unitSerials: readonly string[]; certificateIds: readonly string[] };

/**
 * As `joinMembers`, for a page that a reader found ready. What makes a unit less ready leaves an entry in its journal, or
 * revokes a CA, or is another batch, which the trigger membersJoin looks for. So each unit is looked at again only if
 * there is such news of the page.
 *
 * @returns the places of the units that were left out, from 0
 */
export function joinPage(sql: Sql, joining: Joining, units: Joiners, seen: Seen | undefined): number[] {
  const { unitSerials, certificateIds } = units;
  const given = unitSerials.map((unitSerial, place) => packed(unitSerial, certificateIds[place]!));
  // AWS makes the certificates of some units itself, and says so nowhere in a journal. None of them is in a file.
  if (seen && joining.way === 'bulk' && !hasNews(sql, unitSerials, seen) && joinedAtOnce(sql, joining, given))
    return [];
  const ready = readyPlaces(sql, joining, given);
  addLines(
    sql,
    joining,
    given.filter((_, place) => ready.has(place)),
  );
  return given.flatMap((_, place) => (ready.has(place) ? [] : [place]));
}

function hasNews(sql: Sql, unitSerials: readonly string[], seen: Seen): boolean {
  if (seenNow(sql).caRevocations !== seen.caRevocations) return true;
  const { entry } = seen;
  // NOT INDEXED: by the rowid. SQLite may take an index of the whole journal otherwise.
  const touched = sql.all<Pick<Joiner, 'unitSerial'>>(
    'SELECT unitSerial FROM journal NOT INDEXED WHERE entryId > @entry',
    { entry },
  );
  if (touched.length === 0) return false;
  const page = new Set(unitSerials);
  return touched.some(({ unitSerial }) => page.has(unitSerial));
}

/** False when the records refuse one of them; then nothing is written. */
function joinedAtOnce(sql: Sql, joining: Joining, given: readonly Packed[]): boolean {
  try {
    addLines(sql, joining, given);
    return true;
  } catch (thrown) {
    if (thrown instanceof StationError && thrown.code === 'records.conflict') return false;
    throw thrown;
  }
}

function readyPlaces(sql: Sql, { target, way }: Joining, given: readonly Packed[]): Set<number> {
  const ready = sql.all<{ place: number }>(
    `SELECT given.key AS place
     ${readyOf(`json_each(@units) given CROSS JOIN journalIndex j ON j.unitSerial = ${unitSerial}`)}
       AND c.certificateId = ${certificateId}`,
    { target, file: bit(way === 'bulk'), units: JSON.stringify(given) },
  );
  return new Set(ready.map(({ place }) => place));
}

function addLines(sql: Sql, { batchId, target, actor, at }: Joining, given: readonly Packed[]): void {
  if (given.length === 0) return;
  const { last } = sql.get<{ last: number }>('SELECT members AS last FROM batches WHERE batchId = @batchId', {
    batchId,
  })!;
  // One statement: SQLite takes all of it back when one row is refused.
  sql.run(
    `INSERT INTO members (batchId, target, line, unitSerial, certificateId, state, live)
     SELECT @batchId, @target, @last + 1 + given.key, ${unitSerial}, ${certificateId}, 'waiting', 1 FROM json_each(@units) given`,
    { batchId, target, last, units: JSON.stringify(given) },
  );
  sql.run(
    `INSERT INTO memberPages (batchId, firstLine, lastLine, afterEntry, at, actor)
     SELECT @batchId, @last + 1, @last + @count, coalesce(max(entryId), 0), @at, @actor FROM journal`,
    { batchId, last, count: given.length, at, actor },
  );
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

/** What the file says of members that cannot be, slice by slice. */
export function* memberProblems(sql: Sql): Generator<string[]> {
  const inRange = 'm.unitSerial >= @from AND m.unitSerial < @to';
  for (const range of unitRanges(sql)) {
    const strange = sql.all<{ unitSerial: string }>(
      `SELECT unitSerial FROM members m WHERE ${inRange} AND NOT EXISTS
         (SELECT 1 FROM certificates c WHERE c.unitSerial = m.unitSerial AND c.certificateId = m.certificateId)`,
      range,
    );
    const twice = sql.all<{ unitSerial: string; target: string }>(
      `SELECT unitSerial, target FROM members m WHERE ${inRange} AND live = 1
       GROUP BY unitSerial, certificateId, target HAVING count(*) > 1`,
      range,
    );
    yield [
      ...strange.map(({ unitSerial }) => `${unitSerial} is in a batch with a certificate that is not its own`),
      ...twice.map(({ unitSerial, target }) => `${unitSerial} is in two live batches of ${target}`),
    ];
  }
  for (const { batchId } of sql.all<{ batchId: string }>('SELECT batchId FROM batches')) {
    const differ = sql.get(
      `SELECT 1 FROM batches b WHERE b.batchId = @batchId AND (b.members, b.registered, b.rejected, b.unaccounted) IS NOT
         (SELECT count(*), coalesce(sum(state = 'registered'), 0), coalesce(sum(state = 'rejected'), 0),
            coalesce(sum(state = 'unaccounted'), 0) FROM members WHERE batchId = @batchId)`,
      { batchId },
    );
    yield differ ? [`the counts of batch ${batchId} are not those of its members`] : [];
  }
}
