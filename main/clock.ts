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

/**
 * Milliseconds since the PC was started. Unlike Linux's monotonic clock this includes the time asleep (CLOCK_BOOTTIME).
 */
export const systemUptimeMs = (): number => uptime() * 1000;

/** A process reads its time zone once. Deleting an unset environment variable makes it read the zone again. */
export function redetectZone(): void {
  if (process.env.TZ === undefined) delete process.env.TZ;
}
