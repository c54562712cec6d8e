/**
 * Yield and throughput of a period in columns. It is read day by day, each day in a question of its own: however long the
 * period, what the line asks of the records meanwhile has its turn in between.
 */
import { type StepName, stepNames } from '../../contract/bench.ts';
import type { Charts, ResultCounts } from '../../contract/charts.ts';
import type { Ledger } from '../ledger.ts';
import { type ChartFilter, type ChartPart, nothing } from './charts.ts';

/** `edges`: the beginning of each column and the end of the last one, ISO 8601 UTC. */
type Ask = ChartFilter & { edges: readonly string[] };

const dayMs = 86_400_000;
const mostChoices = 200;

/** The figures of a period. */
export async function chartsOf(ledger: Pick<Ledger, 'chartPart'>, { edges, ...filter }: Ask): Promise<Charts> {
  const whole = sums();
  const columns: (ReturnType<typeof sums> & Column)[] = [];
  for (const [index, until] of edges.slice(1).entries()) {
    const since = edges[index] ?? until;
    const column = { ...sums(), since, until };
    for (const day of daysOf(since, until)) {
      const part = await ledger.chartPart({ ...filter, ...day });
      add(whole, part);
      add(column, { ...part, failures: [], orders: [], models: [], recipes: [] });
    }
    columns.push(column);
  }
  return {
    total: whole.counts,
    buckets: columns.map(({ since, until, counts }) => ({ ...counts, since, until })),
    steps: [...whole.times]
      .sort(([one], [other]) => placeOf(one) - placeOf(other))
      .map(([step, bins]) => ({
        step,
        ...timesOf(bins),
        buckets: columns.flatMap(({ since, until, times }) => {
          const inColumn = times.get(step);
          return inColumn ? [{ since, until, ...timesOf(inColumn) }] : [];
        }),
      })),
    failures: failuresOf(whole, filter.by === 'code'),
    orders: [...whole.orders].sort().reverse().slice(0, mostChoices),
    models: [...whole.models].sort().slice(0, mostChoices),
    recipes: [...whole.recipes].sort().slice(0, mostChoices),
  };
}

type Column = { since: string; until: string };
type Bins = Map<number, number>;

const sums = () => ({
  counts: nothing(),
  times: new Map<string, Bins>(),
  failures: new Map<string, { attempts: number; of: number }>(),
  orders: new Set<string>(),
  models: new Set<string>(),
  recipes: new Set<string>(),
});

function* daysOf(since: string, until: string): Generator<Column> {
  const end = Date.parse(until);
  for (let from = Date.parse(since); from < end; from += dayMs)
    yield { since: new Date(from).toISOString(), until: new Date(Math.min(from + dayMs, end)).toISOString() };
}

function add(to: ReturnType<typeof sums>, part: ChartPart): void {
  for (const name of Object.keys(part.counts) as (keyof ResultCounts)[]) to.counts[name] += part.counts[name];
  for (const { step, bin, steps } of part.times) {
    const bins: Bins = to.times.get(step) ?? new Map();
    bins.set(bin, (bins.get(bin) ?? 0) + steps);
    to.times.set(step, bins);
  }
  for (const { key, attempts, of } of part.failures) {
    const before = to.failures.get(key) ?? { attempts: 0, of: 0 };
    to.failures.set(key, { attempts: before.attempts + attempts, of: before.of + of });
  }
  for (const name of ['orders', 'models', 'recipes'] as const) for (const each of part[name]) to[name].add(each);
}

const failuresOf = ({ failures }: ReturnType<typeof sums>, isOfCodes: boolean): Charts['failures'] =>
  [...failures]
    .filter(([, { attempts }]) => attempts > 0)
    .map(([key, { attempts, of }]) => ({ key, attempts, of: isOfCodes ? null : of }))
    .sort((one, other) => other.attempts - one.attempts || (one.key < other.key ? -1 : 1));

const placeOf = (step: string): number => {
  const place = stepNames.indexOf(step as StepName);
  return step === '' || place < 0 ? stepNames.length : place;
};

const binsPerE = 50;

/** The time below which so many of the steps lie. Inside a bin they are taken as evenly spread over its ratio. */
function quantile(bins: readonly (readonly [bin: number, steps: number])[], share: number): number {
  const wanted = bins.reduce((sum, [, steps]) => sum + steps, 0) * share;
  let before = 0;
  for (const [bin, steps] of bins) {
    if (before + steps >= wanted) return Math.exp((bin - 0.5 + (wanted - before) / steps) / binsPerE);
    before += steps;
  }
  return 0;
}

function timesOf(bins: Bins): { steps: number; p50: number; p95: number } {
  const sorted = [...bins].sort(([one], [other]) => one - other);
  const round = (ms: number) => Math.round(ms * 10) / 10;
  return {
    steps: sorted.reduce((sum, [, steps]) => sum + steps, 0),
    p50: round(quantile(sorted, 0.5)),
    p95: round(quantile(sorted, 0.95)),
  };
}
