/** Long work of a command in steps: with progress on a terminal, and an end at Ctrl-C that leaves nothing half-done. */
import { StationError } from '../../app/contract/errors.ts';
import type { Progress } from '../../app/records/log/verdict.ts';
import { note } from './command.ts';

const showMs = 500;
const restMs = 20;

/**
 * Work that is made of whole pieces: at Ctrl-C it ends between two of them. `ended`: what a person reads then.
 *
 * @throws call.cancelled – Ctrl-C; as the work
 */
export async function untilStopped<R>(work: Promise<R>, ended: string): Promise<R> {
  let stop = () => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(new StationError('call.cancelled', ended));
  });
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    return await Promise.race([work, stopped]);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

/**
 * Work that pauses between its pieces, and takes away what it has begun when a pause throws: at Ctrl-C one does. What waits
 * for others meanwhile hears of it by the signal.
 *
 * @throws call.cancelled – Ctrl-C; as the work
 */
export const pausing =
  <R>(work: (pause: () => Promise<void>, signal: AbortSignal) => Promise<R>) =>
  async (): Promise<R> => {
    const stopping = new AbortController();
    const { signal } = stopping;
    const cancelled = () => new StationError('call.cancelled', 'stopped by a person');
    const stop = () => stopping.abort();
    process.once('SIGINT', stop).once('SIGTERM', stop);
    try {
      return await work(async () => {
        await new Promise((resolve) => setImmediate(resolve));
        if (signal.aborted) throw cancelled();
      }, signal);
    } catch (thrown) {
      // A connection that is cut says many things.
      throw signal.aborted ? cancelled() : thrown;
    } finally {
      process.off('SIGINT', stop).off('SIGTERM', stop);
    }
  };

/**
 * Carries out all steps. `ended`: what a person reads after Ctrl-C.
 *
 * @throws call.cancelled – Ctrl-C; as the steps
 */
export async function inSteps<R>(
  steps: Generator<Progress, R> | AsyncGenerator<Progress, R>,
  { json }: { json?: boolean },
  ended = 'stopped: nothing was written',
): Promise<R> {
  let stopped = false;
  const stop = () => {
    stopped = true;
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  let [shownAt, restedAt] = [performance.now(), performance.now()];
  try {
    for (;;) {
      const { value, done } = await steps.next();
      if (done) return value;
      const now = performance.now();
      if (now - restedAt < restMs) continue;
      restedAt = now;
      await new Promise((resolve) => setImmediate(resolve));
      if (stopped) throw new StationError('call.cancelled', ended);
      if (json || !process.stderr.isTTY || now - shownAt < showMs) continue;
      shownAt = now;
      note(`${value.done} of ${value.of}`);
    }
  } finally {
    // Ends what it has open.
    await steps.return(undefined as never);
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}
