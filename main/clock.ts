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
