import type { Clock } from '../contract/clock.ts';
import { StationError } from '../contract/errors.ts';
import { isPassing } from './failure.ts';

export type Waiting = 'waitingForTask' | 'waitingForReports' | 'throttled' | 'unreachable';

/** Carries an act out, as often as it takes. */
export type Calm = <T>(act: () => Promise<T>) => Promise<T>;
export type Patience = {
  lose(error: StationError, waiting: (reason: Waiting) => void): Promise<void>;
  through<T>(act: () => Promise<T>, waiting: (reason: Waiting) => void): Promise<T>;
};

const firstMs = 1_000;
const mostMs = 60_000;
/** So long in one stretch without a success is given up; submission can be resumed later. */
const limitMs = 15 * 60_000;

/**
 * Back-off for what passes by itself: throttling and lost connections. A success forgets the failures before it.
 * `lose` waits after one failure, and throws it once the time is up; `through` repeats an act until it succeeds.
 */
export function createPatience(clock: Clock, signal: AbortSignal | undefined): Patience {
  let failures = 0;
  let sinceMs = 0;
  const lose = async (error: StationError, waiting: (reason: Waiting) => void): Promise<void> => {
    if (failures === 0) sinceMs = clock.monotonicMs();
    else if (clock.monotonicMs() - sinceMs > limitMs) throw error;
    waiting(error.code === 'cloud.throttled' ? 'throttled' : 'unreachable');
    const ms = Math.min(firstMs * 2 ** failures, mostMs);
    failures += 1;
    // Stations of one account must not come back all at once.
    await pause(clock, ms * (0.75 + Math.random() / 2), signal);
  };
  const through = async <T>(act: () => Promise<T>, waiting: (reason: Waiting) => void): Promise<T> => {
    for (;;) {
      try {
        const result = await act();
        failures = 0;
        return result;
      } catch (error) {
        if (!isPassing(error)) throw error;
        await lose(error, waiting);
      }
    }
  };
  return { lose, through };
}

/** Waits; `also` ends the wait early. @throws StationError `call.cancelled` when `signal` fires */
export function pause(clock: Clock, ms: number, signal: AbortSignal | undefined, also?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      stop();
      signal?.removeEventListener('abort', end);
      also?.removeEventListener('abort', end);
      if (signal?.aborted) reject(new StationError('call.cancelled', 'waiting was cancelled'));
      else resolve();
    };
    const stop = clock.after(ms, end);
    signal?.addEventListener('abort', end);
    also?.addEventListener('abort', end);
    if (signal?.aborted) end();
  });
}
