/** The numbers of each chart as rows: for its table on the page and for its CSV. */
import { z } from 'zod';
import { type Charts, chartsAsked, unitsPerHour, yieldOf } from './charts.ts';
import { type ControlChart, individualsChart, shareChart } from './controlchart.ts';
import { csvCell } from './csv.ts';

export const chartName = z.enum(['yield', 'throughput', 'times', 'failures']);
export type ChartName = z.infer<typeof chartName>;

/** Which numbers: a chart of a period. `step` is the step whose times are drawn; `''` is the whole attempt. */
export const chartFile = z.strictObject({
  chart: chartName,
  asked: chartsAsked,
  step: z.string().max(40).default(''),
});
export type ChartFile = z.infer<typeof chartFile>;

type Cell = string | number | null;
/** The names of all columns. A name that ends in `Ms` is of a time. They are in English, as fields of records are. */
export type ChartHead =
  | ('since' | 'until' | 'first' | 'firstPassed' | 'yield' | 'centre' | 'lower' | 'upper' | 'out')
  | ('started' | 'passed' | 'failed' | 'errors' | 'aborted' | 'workedMs' | 'unitsPerHour')
  | ('step' | 'steps' | 'p50Ms' | 'p95Ms' | 'centreMs' | 'lowerMs' | 'upperMs' | 'key' | 'attempts' | 'of');
export type ChartTable = { head: readonly ChartHead[]; rows: Cell[][] };

/** The control chart of the first-pass yield of each column. */
export const yieldControl = ({ buckets }: Charts): ControlChart | undefined =>
  shareChart(buckets.map(({ first, firstPassed }) => ({ good: firstPassed, of: first })));

/** The median of a step in each column, in ms; null for a column without one. */
export function mediansOf({ buckets, steps }: Charts, step: string): (number | null)[] {
  const times = new Map(steps.find((one) => one.step === step)?.buckets.map(({ since, p50 }) => [since, p50]));
  return buckets.map(({ since }) => times.get(since) ?? null);
}

/** The control chart of these medians. */
export const stepControl = (charts: Charts, step: string): ControlChart | undefined =>
  individualsChart(mediansOf(charts, step));

/** Limits of a column, as three cells. */
const limitsAt = (control: ControlChart | undefined, at: number): Cell[] => {
  const point = control?.points.find((one) => one.at === at);
  return point ? [point.lower, point.upper, point.out] : [null, null, null];
};

const makers: Record<ChartName, (charts: Charts, step: string) => ChartTable> = {
  yield(charts) {
    const control = yieldControl(charts);
    return {
      head: ['since', 'until', 'first', 'firstPassed', 'yield', 'centre', 'lower', 'upper', 'out'],
      rows: charts.buckets.map((bucket, at) => [
        ...[bucket.since, bucket.until, bucket.first, bucket.firstPassed, yieldOf(bucket), control?.centre ?? null],
        ...limitsAt(control, at),
      ]),
    };
  },
  throughput: ({ buckets }) => ({
    head: ['since', 'until', 'started', 'passed', 'failed', 'errors', 'aborted', 'workedMs', 'unitsPerHour'],
    rows: buckets.map((bucket) => {
      const { since, until, started, passed, failed, errors, aborted, workedMs } = bucket;
      return [since, until, started, passed, failed, errors, aborted, workedMs, unitsPerHour(bucket)];
    }),
  }),
  times(charts, step) {
    const control = stepControl(charts, step);
    return {
      head: ['step', 'since', 'until', 'steps', 'p50Ms', 'p95Ms', 'centreMs', 'lowerMs', 'upperMs', 'out'],
      rows: charts.steps.flatMap((times) => [
        [
          times.step,
          charts.buckets[0]?.since ?? '',
          charts.buckets.at(-1)?.until ?? '',
          times.steps,
          times.p50,
          times.p95,
          null,
          null,
          null,
          null,
        ],
        ...(times.step === step
          ? times.buckets.map(({ since, until, steps, p50, p95 }): Cell[] => {
              const at = charts.buckets.findIndex((bucket) => bucket.since === since);
              return [step, since, until, steps, p50, p95, control?.centre ?? null, ...limitsAt(control, at)];
            })
          : []),
      ]),
    };
  },
  failures: ({ failures }) => ({
    head: ['key', 'attempts', 'of'],
    rows: failures.map(({ key, attempts, of }) => [key, attempts, of]),
  }),
};

export const chartTable = (charts: Charts, chart: ChartName, step = ''): ChartTable => makers[chart](charts, step);

/** The numbers of a chart as CSV (RFC 4180), times in UTC. */
export function chartCsv(charts: Charts, { chart, step }: Pick<ChartFile, 'chart' | 'step'>): string {
  const { head, rows } = chartTable(charts, chart, step);
  return [head, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}
