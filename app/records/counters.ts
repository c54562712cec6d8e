/** Figures of a shift, from attempts that ended in it. */
import type { Counters } from './shapes.ts';
import type { Sql } from './sql.ts';

const hourMs = 3_600_000;

/**
 * `passed`, `failed` and `errors` count ended attempts. First-pass yield: of the units that passed or failed since then,
 * the share that passed and had never failed or passed before (rework is no first pass); an ERROR or an abort is not the unit's and does not count. Units
 * an hour: passes over the time since the first attempt of the period began.
 */
export function counters(sql: Sql, { since, now }: { since: string; now: string }): Counters {
  const counts = sql.get<{ passed: number; failed: number; errors: number; units: number }>(
    `SELECT count(*) FILTER (WHERE state = 'passed') AS passed, count(*) FILTER (WHERE state = 'failed') AS failed,
       count(*) FILTER (WHERE state = 'error') AS errors,
       count(DISTINCT unitSerial) FILTER (WHERE state IN ('passed', 'failed')) AS units
     FROM journal WHERE entry = 'attempt.ended' AND at >= @since`,
    { since },
  )!;
  const { firstPasses } = sql.get<{ firstPasses: number }>(
    `SELECT count(*) AS firstPasses FROM journal p
     WHERE p.entry = 'attempt.ended' AND p.state = 'passed' AND p.at >= @since AND NOT EXISTS (
       SELECT 1 FROM journal f WHERE f.unitSerial = p.unitSerial AND f.position < p.position AND f.state IN ('failed', 'passed'))`,
    { since },
  )!;
  const { passed, failed, errors, units } = counts;
  return {
    since,
    passed,
    failed,
    errors,
    firstPassYield: units === 0 ? null : firstPasses / units,
    taktSeconds: takt(sql, since),
    unitsPerHour: passed === 0 ? null : passed / Math.max(hoursOfWork(sql, since, now), 1 / 60),
  };
}

/** Seconds between two passes, over the last twenty of the period; null before the second. */
function takt(sql: Sql, since: string): number | null {
  const { first, last, passes } = sql.get<{ first: string | null; last: string | null; passes: number }>(
    `SELECT min(at) AS first, max(at) AS last, count(*) AS passes FROM (
       SELECT at FROM journal WHERE entry = 'attempt.ended' AND state = 'passed' AND at >= @since
       ORDER BY at DESC LIMIT 20)`,
    { since },
  )!;
  if (passes < 2 || first === null || last === null) return null;
  return (Date.parse(last) - Date.parse(first)) / 1000 / (passes - 1);
}

/** Never less than a minute, so that the first unit of a shift does not promise hundreds. */
function hoursOfWork(sql: Sql, since: string, now: string): number {
  const first = sql.get<{ at: string }>(
    `SELECT at FROM journal WHERE at >= @since AND entry = 'attempt.started' ORDER BY at LIMIT 1`,
    { since },
  );
  return first ? (Date.parse(now) - Date.parse(first.at)) / hourMs : 0;
}
