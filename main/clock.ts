import { uptime } from 'node:os';
import type { Clock } from '../app/contract/clock.ts';

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  after(ms, fire) {
    const timer = setTimeout(fire, ms);
    return () => clearTimeout(timer);
  },
};

/** A clock whose timers can all be ended at once: what was begun and cannot be finished must not keep the process. */
export function endableClock(clock: Clock): { clock: Clock; end: () => void } {
  const waiting = new Set<() => void>();
  let ended = false;
  return {
    clock: {
      now: clock.now,
      monotonicMs: clock.monotonicMs,
      after(ms, fire) {
        if (ended) return () => {};
        const stop = clock.after(ms, () => {
          waiting.delete(cancel);
          fire();
        });
        const cancel = () => {
          waiting.delete(cancel);
          stop();
        };
        waiting.add(cancel);
        return cancel;
      },
    },
    end() {
      ended = true;
      for (const cancel of waiting) cancel();
    },
  };
}

/**
 * Milliseconds since the PC was started. Unlike Linux's monotonic clock this includes the time asleep (CLOCK_BOOTTIME).
 */
export const systemUptimeMs = (): number => uptime() * 1000;

/** A process reads its time zone once. Deleting an unset environment variable makes it read the zone again. */
export function redetectZone(): void {
  if (process.env.TZ === undefined) delete process.env.TZ;
}
