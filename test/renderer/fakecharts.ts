/** Figures of the fake station: a column for each day, a bad day among them, and steps that take longer each day. */
import type { Charts, ChartsAsked, ResultCounts } from '../../app/contract/index.ts';

const dayMs = 86_400_000;

/** `empty`: no unit was worked on. */
export function fakeCharts({ since, until, by }: ChartsAsked, empty = false): Charts {
  const columns = Math.min(120, Math.max(1, Math.round((Date.parse(until) - Date.parse(since)) / dayMs)));
  const at = (index: number) => new Date(Date.parse(since) + index * dayMs).toISOString();
  const none = { started: 0, passed: 0, failed: 0, errors: 0, aborted: 0, first: 0, firstPassed: 0, workedMs: 0 };
  const buckets = Array.from({ length: columns }, (_, index) => {
    const failed = index === columns - 3 ? 60 : 6 + (index % 3);
    const counts = { started: 402, passed: 380 + index, failed, errors: index % 2, aborted: 1, first: 400 };
    const figures = empty ? none : { ...counts, firstPassed: 400 - failed, workedMs: 8 * 3_600_000 };
    return { since: at(index), until: at(index + 1), ...figures };
  });
  const total = buckets.reduce<ResultCounts>(
    (sum, bucket) =>
      Object.fromEntries(
        (Object.keys(none) as (keyof ResultCounts)[]).map((name) => [name, sum[name] + bucket[name]]),
      ) as ResultCounts,
    none,
  );
  const times = (base: number) => ({ steps: 400 * columns, p50: base, p95: base * 1.7 });
  const steps = ['identify', 'key', 'csr', 'issue', 'install', 'verify', 'seal', ''].map((step, place) => {
    const base = step === '' ? 9400 : 240 + place * 410;
    return {
      step,
      ...times(base),
      buckets: buckets.map(({ since, until }, index) => ({ since, until, ...times(base + index * 9) })),
    };
  });
  const keys = {
    code: ['verify.readBackMismatch', 'link.timeout', 'csr.weakKey'],
    slot: ['2', '1', '4'],
    operator: ['Olga Berg (B-1001)', 'Emil Kranz (B-1002)'],
    firmware: ['1.4.0', '1.3.9', ''],
    recipe: ['sensor 2', 'sensor 1'],
    hour: ['6', '13', '22'],
  }[by];
  return {
    total,
    buckets,
    steps: empty ? [] : steps,
    failures: empty
      ? []
      : keys.map((key, place) => ({ key, attempts: 21 - place * 6, of: by === 'code' ? null : 900 + place })),
    orders: ['WO-2611-07', 'WO-2611-06'],
    models: ['SENSE-2'],
    recipes: ['sensor 2', 'sensor 1'],
  };
}
