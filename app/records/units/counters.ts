/** Figures of a shift, from attempts that ended in it. */

import { read } from '../call.ts';
import { journalNames } from '../entrynames.ts';
import type { Counters } from '../shapes.ts';
import type { Sql } from '../sql.ts';

const hourMs = 3_600_000;

/**
 * The figures since `since`, ISO 8601 UTC. `passed`, `failed` and `errors` count ended attempts. First-pass yield is the
 * share of passes among the units whose first pass or fail ever lies in this time, as charts have it: a repeat or a rework
 * is no first one. An ERROR or an abort is not the unit's fault and does not count. Units an hour are the passes over the
 * time since the first attempt of the period began.
 */
export const counters = read((sql, since: string, now): Counters => {
  const { passed, failed, errors, firsts, firstPasses } = tally(sql, since);
  return {
    since,
    passed,
    failed,
    errors,
    firstPassYield: firsts === 0 ? null : firstPasses / firsts,
    taktSeconds: takt(sql, since),
    unitsPerHour: passed === 0 ? null : passed / Math.max(hoursOfWork(sql, since, now), 1 / 60),
  };
});

type Tally = {
  since: string;
  /** The last journal entry that is counted. */
  upTo: number;
  passed: number;
  failed: number;
  errors: number;
  /** Units with their first result, and those of them that passed. */
  firsts: number;
  firstPasses: number;
};
type Ended = { unitSerial: string; position: number; state: string };

/**
 * The last tally of each connection. Journals only grow, so a bench that asks at every unit gets only the new entries
 * counted.
 */
const tallies = new WeakMap<Sql, Tally>();

function tally(sql: Sql, since: string): Tally {
  const last = tallies.get(sql);
  const found = last?.since === since ? last : emptyTally(since);
  const upTo = sql.get<{ upTo: number }>('SELECT coalesce(max(entryId), 0) AS upTo FROM journal')!.upTo;
  // The first count uses the index of times. Later counts go by entry, and `+at` keeps SQLite from using that index.
  const period = found.upTo === 0 ? 'at >= @since' : '+at >= @since';
  const ended = sql.all<Ended>(
    `SELECT unitSerial, position, state FROM journal
     WHERE entry = ${journalNames('attempt.ended')} AND ${period} AND entryId > @after ORDER BY entryId`,
    { since, after: found.upTo },
  );
  for (const one of ended) add(sql, found, one);
  found.upTo = upTo;
  tallies.set(sql, found);
  return found;
}

const emptyTally = (since: string): Tally => {
  return { since, upTo: 0, passed: 0, failed: 0, errors: 0, firsts: 0, firstPasses: 0 };
};

function add(sql: Sql, found: Tally, { unitSerial, position, state }: Ended): void {
  if (state === 'error') found.errors += 1;
  if (state !== 'passed' && state !== 'failed') return;
  found[state] += 1;
  if (hasResultBefore(sql, unitSerial, position)) return;
  found.firsts += 1;
  if (state === 'passed') found.firstPasses += 1;
}

const hasResultBefore = (sql: Sql, unitSerial: string, position: number): boolean =>
  sql.get(
    `SELECT 1 FROM journal WHERE unitSerial = @unitSerial AND position < @position AND state IN ('failed', 'passed') LIMIT 1`,
    { unitSerial, position },
  ) !== undefined;

/** The mean time between two passes in seconds, over the last twenty passes of the period; null before the second. */
function takt(sql: Sql, since: string): number | null {
  const { first, last, passes } = sql.get<{ first: string; last: string; passes: number }>(
    `SELECT min(at) AS first, max(at) AS last, count(*) AS passes FROM (
       SELECT at FROM journal WHERE entry = ${journalNames('attempt.ended')} AND state = 'passed' AND at >= @since
       ORDER BY at DESC LIMIT 20)`,
    { since },
  )!;
  if (passes < 2) return null;
  return (Date.parse(last) - Date.parse(first)) / 1000 / (passes - 1);
}

/** At least one minute, so that the first unit of a shift does not promise hundreds an hour. */
function hoursOfWork(sql: Sql, since: string, now: string): number {
  const first = sql.get<{ at: string }>(
    `SELECT at FROM journal WHERE at >= @since AND entry = ${journalNames('attempt.started')} ORDER BY at LIMIT 1`,
    { since },
  );
  return first ? (Date.parse(now) - Date.parse(first.at)) / hourMs : 0;
}
