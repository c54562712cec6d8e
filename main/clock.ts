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

/** Since the PC was started. Unlike the monotonic clock of Linux it counts the time asleep (CLOCK_BOOTTIME). */
export const systemUptimeMs = (): number => uptime() * 1000;

/** A process asks for its time zone once. Where the environment does not set one, deleting what is not there has it ask again. */
export function redetectZone(): void {
  if (process.env.TZ === undefined) delete process.env.TZ;
}
