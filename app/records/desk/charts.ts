/** Yield and throughput of a stretch of time, from the counts that are kept for each quarter of an hour. */
import type { ChartsAsked, FailureKey, ResultCounts } from '../../contract/charts.ts';
import { read } from '../call.ts';
import type { Sql, SqlParams } from '../sql.ts';

export type ChartFilter = Omit<ChartsAsked, 'bucket' | 'since' | 'until'>;

/** What happened in a stretch, so that stretches can be added up. */
export type ChartPart = {
  counts: ResultCounts;
  /** Bin b is around e^(b/50) ms; the step `''` is the whole attempt of a unit that passed. */
  times: { step: string; bin: number; steps: number }[];
  /** `attempts` ended FAIL or ERROR, of so many that ended. */
  failures: { key: string; attempts: number; of: number }[];
  orders: string[];
  models: string[];
  recipes: string[];
};

type Rows = { sql: Sql; where: string; params: SqlParams };

const quarterMs = 900_000;
const columns: Record<Exclude<FailureKey, 'hour'>, string> = {
  code: 'code',
  slot: 'slot',
  operator: 'operator',
  firmware: 'firmware',
  recipe: 'recipe',
};

/** The figures from `since` to before `until`, both taken to their quarters. It reads their counts, and no unit. */
export const chartPart = read(
  (sql, { by, orderId, model, recipe, ...stretch }: ChartFilter & { since: string; until: string }): ChartPart => {
    const period = { since: quarterOf(stretch.since), until: quarterOf(stretch.until) };
    const inPeriod = 'quarter >= @since AND quarter < @until';
    const filters = [
      inPeriod,
      ...(orderId === undefined ? [] : ['orderId = @orderId']),
      ...(model === undefined ? [] : ['orderId IN (SELECT orderId FROM orders WHERE model = @model)']),
      ...(recipe === undefined ? [] : ['recipe = @recipe']),
    ];
    const given = Object.fromEntries(
      Object.entries({ orderId, model, recipe }).filter(([, value]) => value !== undefined),
    ) as SqlParams;
    const rows = { sql, where: filters.join(' AND '), params: { ...period, ...given } };
    return {
      counts: countsOf(rows),
      times: sql.all(
        `SELECT step, bin, sum(steps) AS steps FROM stepCounts WHERE ${rows.where} GROUP BY step, bin`,
        rows.params,
      ),
      failures: failuresOf(rows, by),
      ...choicesOf(sql, inPeriod, period),
    };
  },
);

const quarterOf = (at: string): string =>
  `${at.slice(0, 14)}${String(Math.floor(Number(at.slice(14, 16)) / 15) * 15).padStart(2, '0')}`;

/** The counts of a time in which nothing happened. */
export const nothing = (): ResultCounts => ({
  started: 0,
  passed: 0,
  failed: 0,
  errors: 0,
  aborted: 0,
  first: 0,
  firstPassed: 0,
  workedMs: 0,
});
const fieldOf = {
  started: 'started',
  passed: 'passed',
  failed: 'failed',
  error: 'errors',
  aborted: 'aborted',
} as const;
const isOutcome = (name: string): name is keyof typeof fieldOf => Object.hasOwn(fieldOf, name);

function countsOf({ sql, where, params }: Rows): ResultCounts {
  const counts = nothing();
  const worked = new Set<string>();
  for (const { quarter, outcome, first, attempts } of sql.all<{
    quarter: string;
    outcome: string;
    first: number;
    attempts: number;
  }>(
    `SELECT quarter, outcome, first, sum(attempts) AS attempts FROM attemptCounts WHERE ${where}
     GROUP BY quarter, outcome, first`,
    params,
  )) {
    if (!isOutcome(outcome)) continue;
    counts[fieldOf[outcome]] += attempts;
    if (first === 1) counts.first += attempts;
    if (first === 1 && outcome === 'passed') counts.firstPassed += attempts;
    worked.add(quarter);
  }
  return { ...counts, workedMs: worked.size * quarterMs };
}

function failuresOf({ sql, where, params }: Rows, by: FailureKey): ChartPart['failures'] {
  const isFailure = `outcome IN ('failed', 'error')`;
  const key = by === 'hour' ? 'quarter' : columns[by];
  const rows = sql.all<{ key: string; attempts: number; of: number }>(
    `SELECT ${key} AS key, sum(attempts * (${isFailure})) AS attempts, sum(attempts) AS "of" FROM attemptCounts
     WHERE ${where} AND outcome <> 'started' GROUP BY 1`,
    params,
  );
  return by === 'hour' ? rows.map((row) => ({ ...row, key: String(new Date(`${row.key}Z`).getHours()) })) : rows;
}

function choicesOf(sql: Sql, where: string, params: SqlParams): Pick<ChartPart, 'orders' | 'models' | 'recipes'> {
  const names = (text: string) => sql.all<{ name: string }>(text, params).map(({ name }) => name);
  return {
    orders: names(`SELECT DISTINCT orderId AS name FROM attemptCounts WHERE ${where} ORDER BY 1 DESC LIMIT 200`),
    models: names(
      `SELECT DISTINCT o.model AS name FROM (SELECT DISTINCT orderId FROM attemptCounts WHERE ${where}) JOIN orders o USING (orderId) ORDER BY 1 LIMIT 200`,
    ),
    recipes: names(`SELECT DISTINCT recipe AS name FROM attemptCounts WHERE ${where} ORDER BY 1 LIMIT 200`),
  };
}
