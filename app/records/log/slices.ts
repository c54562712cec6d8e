/**
 * The records in slices. What compares all of them holds one slice in memory at a time, and its caller can rest in between.
 */
import { StationError } from '../../contract/errors.ts';
import type { Sql } from '../sql.ts';

/** From `from` on and before `to`, as SQLite sorts them. */
export type Range = { from: string; to: string | Uint8Array };

/** So many units take some milliseconds. */
const sliceUnits = 1000;
/** To SQLite any blob comes after any text. */
const afterAll = new Uint8Array(1);

/** Ranges of unit serials, which have all serials between them: those that no unit has as well. */
export function* unitRanges(sql: Sql): Generator<Range> {
  let from = '';
  for (;;) {
    const next = sql.get<{ unitSerial: string }>(
      `SELECT unitSerial FROM units WHERE unitSerial >= @from ORDER BY unitSerial LIMIT 1 OFFSET ${sliceUnits}`,
      { from },
    )?.unitSerial;
    yield { from, to: next ?? afterAll };
    if (next === undefined) return;
    from = advanced(from, next);
  }
}

/** Nothing that begins with a day comes after it and this. */
const lastCharacter = '\u{10ffff}';

/** The days (UTC) that have entries, or counts of entries, as ranges of times. */
export function* dayRanges(sql: Sql): Generator<Range> {
  let after = '';
  for (;;) {
    const next = sql.get<{ day: string | null }>(
      `SELECT min(day) AS day FROM (
         SELECT substr(min(at), 1, 10) AS day FROM journal WHERE at >= @after
         UNION ALL SELECT min(day) FROM journalDays WHERE day >= @after
         UNION ALL SELECT substr(min(quarter), 1, 10) FROM attemptCounts WHERE quarter >= @after
         UNION ALL SELECT substr(min(quarter), 1, 10) FROM stepCounts WHERE quarter >= @after)`,
      { after },
    )!.day;
    if (next === null) return;
    const to = `${next}${lastCharacter}`;
    yield { from: next, to };
    after = advanced(after, to);
  }
}

/** In a damaged file a search may go back, and would not end. */
function advanced(from: string, to: string): string {
  if (Buffer.compare(Buffer.from(to), Buffer.from(from)) > 0) return to;
  throw new StationError('records.damaged', 'an index does not come in its order');
}
