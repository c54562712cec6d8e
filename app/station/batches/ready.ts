/** How many units are ready, for screens that ask with every change. */
import type { Clock } from '../../contract/clock.ts';

/** A count that took less is made each time it is asked for. */
const cheapMs = 200;
/** The records' reader counts for at most a twentieth of the time. */
const share = 20;

/**
 * Counts with `count`. With a million units a count takes a second; then the last one is told again for a while, and
 * `onStale` fires when there may be a new one. Who asks while one is under way shares the one after it: many screens and
 * many changes would else queue up counts, and what comes behind them waits.
 */
export function createReadyCounts(clock: Clock, count: (target: string) => Promise<number>, onStale: () => void) {
  const known = new Map<string, { units: Promise<number>; untilMs: number; cancel: () => void }>();
  const underWay = new Map<string, { counted: Promise<number>; next?: Promise<number> }>();
  const fresh = async (target: string): Promise<number> => {
    const beganMs = clock.monotonicMs();
    const units = await count(target);
    const tookMs = clock.monotonicMs() - beganMs;
    if (tookMs < cheapMs) return units;
    const forMs = tookMs * share;
    const cancel = clock.after(forMs, () => {
      known.delete(target);
      onStale();
    });
    known.set(target, { units: Promise.resolve(units), untilMs: clock.monotonicMs() + forMs, cancel });
    return units;
  };
  const ask = (target: string): Promise<number> => {
    const kept = known.get(target);
    if (kept && clock.monotonicMs() < kept.untilMs) return kept.units;
    const running = underWay.get(target);
    // It may have begun before the change that is asked about.
    if (running) {
      const again = () => ask(target);
      running.next ??= running.counted.then(again, again);
      return running.next;
    }
    const counted = fresh(target).finally(() => underWay.delete(target));
    underWay.set(target, { counted });
    return counted;
  };
  return {
    count: ask,
    close: () => {
      for (const { cancel } of known.values()) cancel();
      known.clear();
    },
  };
}
