/**
 * Unit serials that more than one order is for. A unit belongs to the order that it is begun in, so the other order finds
 * out at the bench, one label at a time.
 */
import type { OrderOverlap } from './orderimport.ts';
import { type SerialTerms, splitSerial } from './serials.ts';

/** The serials that an order is for. One without any of them takes every serial, and shares none by its terms. */
export type OrderSerials = SerialTerms & { orderId: string; serials?: readonly string[] | undefined };

/** How many other orders are named for each order. */
const most = 10;
/** A second of work. A station has some thousand orders at once, and few of them have a pattern. */
const mostComparisons = 5_000_000;

/** Serials from `from` to `to` with one beginning and as many digits: these compare as text. */
type Run = { owner: number; group: string; from: string; to: string };
type Shared = { from: string; to: string; runs: number; pattern?: string };

/**
 * The orders that share serials with others, each with ten of those at most.
 *
 * @param orders each `orderId` once
 */
export function overlapsOf(orders: readonly OrderSerials[]): Map<string, OrderOverlap[]> {
  const shared = orders.map(() => new Map<number, Shared>());
  const add = (owner: number, other: number, found: Shared): void => {
    const of = shared[owner];
    const before = of?.get(other);
    if (before) {
      if (found.from < before.from) before.from = found.from;
      if (found.to > before.to) before.to = found.to;
      before.runs += 1;
    } else if (of && of.size < most) of.set(other, { ...found });
  };
  const both = (a: number, b: number, found: Shared): void => {
    add(a, b, found);
    add(b, a, found);
  };
  const isFull = (owner: number): boolean => (shared[owner]?.size ?? 0) >= most;
  const runs = orders.flatMap(runsOf);
  for (const [a, b] of meeting(runs, isFull)) both(a.owner, b.owner, common(a, b));
  let left = mostComparisons;
  const isWorth = (a: number, b: number): boolean => left-- > 0 && a !== b && !(isFull(a) && isFull(b));
  for (const [owner, { pattern }] of orders.entries()) {
    if (pattern === null) continue;
    for (const run of runs) {
      const found = run.from.length === pattern.length && isWorth(owner, run.owner) ? masked(pattern, run) : undefined;
      if (found) both(owner, run.owner, found);
    }
    for (let other = owner + 1; other < orders.length && left > 0; other += 1) {
      const of = orders[other]?.pattern ?? null;
      const meet = of !== null && isWorth(owner, other) ? intersection(pattern, of) : undefined;
      if (meet !== undefined) both(owner, other, { from: meet, to: meet, runs: 1, pattern: meet });
    }
  }
  return new Map(
    orders.flatMap(({ orderId }, index) => {
      const of = [...(shared[index] ?? [])].map(([other, found]) => ({
        orderId: orders[other]?.orderId ?? '',
        serials: inSigns(found),
      }));
      return of.length === 0 ? [] : [[orderId, of] as const];
    }),
  );
}

const inSigns = ({ from, to, runs, pattern }: Shared): string =>
  pattern ?? (from === to ? from : `${from} ${runs === 1 ? '–' : '…'} ${to}`);

function runsOf({ serialFrom, serialTo, serials }: OrderSerials, owner: number): Run[] {
  const run = (from: string, to: string): Run => {
    const { prefix, digits } = splitSerial(from);
    return { owner, group: `${digits.length} ${prefix}`, from, to };
  };
  if (serialFrom !== null && serialTo !== null) return [run(serialFrom, serialTo)];
  return (serials ?? []).map((serial) => run(serial, serial));
}

/**
 * Pairs of runs that have a serial in common. Of those whose orders have named enough, an order gets only what it still
 * needs: a file may have the same serials in each of its rows.
 */
function* meeting(runs: readonly Run[], isFull: (owner: number) => boolean): Generator<[Run, Run]> {
  const key = ({ group, from }: Run) => `${group}\0${from}`;
  const sorted = runs.map((run) => ({ run, key: key(run) })).sort((a, b) => (a.key < b.key ? -1 : 1));
  let open: Run[] = [];
  let full: Run[] = [];
  for (const { run } of sorted) {
    const reaches = (one: Run | undefined): boolean => one?.group === run.group && one.to >= run.from;
    const still: Run[] = [];
    for (const one of open) {
      if (!reaches(one)) continue;
      if (one.owner !== run.owner) yield [run, one];
      (isFull(one.owner) ? full : still).push(one);
    }
    open = still;
    if (full.some((one, index) => index < most && !reaches(one))) full = full.filter(reaches);
    for (const one of full) {
      if (isFull(run.owner)) break;
      if (one.owner !== run.owner && reaches(one)) yield [run, one];
    }
    open.push(run);
  }
}

const common = (a: Run, b: Run): Shared => ({
  from: a.from > b.from ? a.from : b.from,
  to: a.to < b.to ? a.to : b.to,
  runs: 1,
});

const stands: Record<string, RegExp> = { '#': /[0-9]/, '@': /[A-Z]/, '?': /[0-9A-Z]/ };
/** What both signs of two patterns stand for: a sign of a pattern; undefined when they have nothing in common. */
function meet(a: string, b: string): string | undefined {
  if (a === b || b === '?') return stands[a] || a === b || stands['?']?.test(a) ? a : undefined;
  if (a === '?') return meet(b, a);
  if (stands[a] && stands[b]) return undefined;
  if (stands[a]) return stands[a].test(b) ? b : undefined;
  return stands[b]?.test(a) ? a : undefined;
}

/** The pattern of what fits both; undefined when nothing does. */
function intersection(a: string, b: string): string | undefined {
  if (a.length !== b.length) return undefined;
  let pattern = '';
  for (let at = 0; at < a.length; at += 1) {
    const sign = meet(a[at] ?? '', b[at] ?? '');
    if (sign === undefined) return undefined;
    pattern += sign;
  }
  return pattern;
}

/** The first and the last serial of a run that fit a pattern. */
function masked(pattern: string, { from, to }: Run): Shared | undefined {
  if (pattern.length !== from.length) return undefined;
  const { prefix, digits } = splitSerial(from);
  const fits = intersection(pattern, prefix + '#'.repeat(digits.length));
  const first = fits && least(fits, from);
  if (first === undefined || first > to) return undefined;
  const last = turned(least(turned(fits ?? ''), turned(to)) ?? '');
  return first === last ? { from: first, to: first, runs: 1 } : { from: first, to: last, runs: 2 };

  /** Digits counted from nine down, so that the greatest one becomes the least. */
  function turned(text: string): string {
    return (
      text.slice(0, prefix.length) + text.slice(prefix.length).replace(/\d/g, (digit) => String(9 - Number(digit)))
    );
  }
}

/** The least text that fits `mask` (signs that stand for themselves, and `#` for a digit) and is `bound` or more. */
function least(mask: string, bound: string): string | undefined {
  for (let kept = mask.length; kept >= 0; kept -= 1) {
    if (intersection(mask.slice(0, kept), bound.slice(0, kept)) === undefined) continue;
    if (kept === mask.length) return bound;
    const [sign = '', at = ''] = [mask[kept], bound[kept]];
    const next = sign === '#' ? (at < '9' ? String(Number(at) + 1) : undefined) : sign > at ? sign : undefined;
    if (next !== undefined) return bound.slice(0, kept) + next + mask.slice(kept + 1).replaceAll('#', '0');
  }
  return undefined;
}
