/** The figures of QA's overview. */
import type { Overview } from '../../contract/desk.ts';
import { batchStates } from '../../contract/model.ts';
import { shownState } from '../batches/head.ts';
import { read } from '../call.ts';
import { journalNames } from '../entrynames.ts';
import type { Sql } from '../sql.ts';

/** Local days as periods, ISO 8601 UTC, the oldest first; the last one is today. */
type Days = { days: { since: string; until: string }[] };
type Figures = Omit<Overview, 'unprovedBackups'>;

const shownBatches = 5;
const shownFailures = 6;
const ended = `entry = ${journalNames('attempt.ended')}`;

/** The figures of these days, and what is open now. It reads the ended attempts of the days, and counts that are kept. */
export const overview = read((sql, { days }: Days): Figures => {
  const told = days.map((day) => ({ ...day, ...resultsOf(sql, day) }));
  const today = told.at(-1)!;
  const batches = openBatches(sql);
  return {
    today: { ...today, ...firstPasses(sql, today) },
    days: told,
    failures: failuresOf(sql, days[0]!.since),
    batches: batches.slice(0, shownBatches),
    openBatches: batches.length,
    ...connections(sql),
    revocationsQueued: sql.get<{ count: number }>(
      `SELECT count(*) AS count FROM certificates c WHERE state = 'revocationQueued'
         AND NOT EXISTS (SELECT 1 FROM revocations r WHERE r.serialHex = c.serialHex)`,
    )!.count,
    batchesFailed: batches.filter(({ state }) => state === 'failed').length,
  };
});

function resultsOf(sql: Sql, period: { since: string; until: string }) {
  const found = { passed: 0, failed: 0, errors: 0 };
  for (const { state, count } of sql.all<{ state: string; count: number }>(
    `SELECT state, count(*) AS count FROM journal WHERE ${ended} AND at >= @since AND at < @until GROUP BY state`,
    { since: period.since, until: period.until },
  )) {
    if (state === 'passed') found.passed = count;
    if (state === 'failed') found.failed = count;
    if (state === 'error') found.errors = count;
  }
  return found;
}

/** As charts have it: of the units whose first result ever lies in the period, those with a pass. */
function firstPasses(sql: Sql, { since, until }: { since: string; until: string }) {
  const { units, passes } = sql.get<{ units: number; passes: number }>(
    `SELECT coalesce(sum(isFirst), 0) AS units, coalesce(sum(first = 'passed' AND isFirst), 0) AS passes FROM (
       SELECT (SELECT state FROM journal f WHERE f.unitSerial = d.unitSerial AND f.state IN ('passed', 'failed') ORDER BY f.position LIMIT 1) AS first,
         (SELECT at FROM journal f WHERE f.unitSerial = d.unitSerial AND f.state IN ('passed', 'failed') ORDER BY f.position LIMIT 1) >= @since AS isFirst
       FROM (SELECT DISTINCT unitSerial FROM journal WHERE ${ended} AND state IN ('passed', 'failed') AND at >= @since AND at < @until) d)`,
    { since, until },
  )!;
  return { units, firstPassYield: units === 0 ? null : passes / units };
}

const failuresOf = (sql: Sql, since: string): Overview['failures'] =>
  sql.all(
    `SELECT code, count(*) AS attempts FROM (
       SELECT json_extract(data, '$.error.code') AS code FROM journal WHERE ${ended} AND at >= @since AND state IN ('failed', 'error'))
     WHERE code IS NOT NULL GROUP BY code ORDER BY attempts DESC, code LIMIT ${shownFailures}`,
    { since },
  );

/** Those that someone has to move on, and those that are under way. */
function openBatches(sql: Sql): Overview['batches'] {
  return sql
    .all<Overview['batches'][number]>(
      `SELECT b.batchId, ${shownState('b')} AS state, b.members AS count FROM batches b WHERE b.state <> 'done' ORDER BY b.createdAt DESC`,
    )
    .filter(({ state }) => batchStates[state].movedBy !== null);
}

function connections(sql: Sql): { overdue: number; connectionsFailed: number } {
  const of = (state: string) =>
    sql.get<{ units: number }>('SELECT coalesce(sum(units), 0) AS units FROM connectionCounts WHERE state = @state', {
      state,
    })!.units;
  return { overdue: of('overdue'), connectionsFailed: of('failed') };
}
