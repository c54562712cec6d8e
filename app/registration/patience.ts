import type { Clock } from '../contract/clock.ts';
import { StationError } from '../contract/errors.ts';
import { isPassing } from './failure.ts';

export type Waiting = 'waitingForTask' | 'waitingForTurn' | 'waitingForReports' | 'throttled' | 'unreachable';

/** Repeats an act until it succeeds. */
export type Calm = <T>(act: () => Promise<T>) => Promise<T>;
export type Patience = {
  lose(error: StationError, waiting: (reason: Waiting) => void): Promise<void>;
  through<T>(act: () => Promise<T>, waiting: (reason: Waiting) => void): Promise<T>;
};

const firstMs = 1_000;
const mostMs = 60_000;
/**
 * Back-off for temporary failures: throttling and lost connections. A success forgets earlier failures. `lose` waits
 * after one failure; `through` repeats an act until it succeeds. There is no limit: a station may be offline for a
 * weekend, and goes on a minute after the network is back. `signal` ends the wait. Once `cancel` has fired, a connection
 * that is lost again is lost for good: its error is thrown.
 */
export function createPatience(clock: Clock, signal: AbortSignal | undefined, cancel?: AbortSignal): Patience {
  let failures = 0;
  const lose = async (error: StationError, waiting: (reason: Waiting) => void): Promise<void> => {
    const isAway = error.code === 'cloud.unreachable' || error.code === 'cloud.badAnswer';
    if (isAway && cancel?.aborted) throw error;
    waiting(error.code === 'cloud.throttled' ? 'throttled' : 'unreachable');
    const ms = Math.min(firstMs * 2 ** Math.min(failures, 10), mostMs);
    failures += 1;
    // A random factor, so that the stations of one account do not all come back at once.
    await pause(clock, ms * (0.75 + Math.random() / 2), signal, isAway ? cancel : undefined);
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

/**
 * Waits. `also` ends the wait early.
 * @throws `call.cancelled` – when `signal` fires
 */
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
