/** How many units are ready, for screens that ask with every change. */
import type { Clock } from '../../contract/clock.ts';

/** A count that took less is made each time it is asked for. */
const cheapMs = 200;
/** The records' reader counts for at most a twentieth of the time. */
const share = 20;

/**
 * Counts with `count`. With a million units a count takes a second; then the last one is told again for a while, and
 * `onStale` fires when there may be a new one.
 */
export function createReadyCounts(clock: Clock, count: (target: string) => Promise<number>, onStale: () => void) {
  const known = new Map<string, { units: Promise<number>; untilMs: number; cancel: () => void }>();
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
  return {
    count: async (target: string): Promise<number> => {
      const kept = known.get(target);
      return kept && clock.monotonicMs() < kept.untilMs ? kept.units : fresh(target);
    },
    close: () => {
      for (const { cancel } of known.values()) cancel();
      known.clear();
    },
  };
}
