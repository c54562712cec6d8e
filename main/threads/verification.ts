/** Verifications of the records on a thread of their own, one at a time. */
import { setTimeout as rest } from 'node:timers/promises';
import { StationError } from '../../app/contract/errors.ts';
import type { LogVerdict, NamedCheckpoint } from '../../app/records/log/verdict.ts';
import { besides, startThread, type Thread } from './thread.ts';

export type Verification = {
  /**
   * Waits for batches of many units, and gives up for them what it has begun: it would take half of the PC from them, and
   * the write-ahead log would grow as long as it reads. After an hour it waits no longer.
   *
   * @param given checkpoints that were kept in other places
   * @throws call.cancelled – it was closed
   * @throws records.notStation, records.failed – the file or the key of the log cannot be read
   */
  run(given: readonly NamedCheckpoint[]): Promise<LogVerdict>;
  /** What waits begins now, and for the next hour nothing waits. */
  hurry(): void;
  /** Ends what is under way. */
  close(): void;
};

export type VerificationOptions = {
  /** Whether batches of many units are at work. */
  isHeavy?: () => boolean;
  lookEveryMs?: number;
  /** ms of a clock that only goes on. */
  now?: () => number;
};

const mostDelayMs = 3_600_000;

/** Verifications of the records in `file`. */
export function openVerification(
  file: string,
  { isHeavy = () => false, lookEveryMs = 1000, now = () => performance.now() }: VerificationOptions = {},
): Verification {
  const closing = new AbortController();
  let hurriedUntil = Number.NEGATIVE_INFINITY;
  const cancelled = () => new StationError('call.cancelled', 'the station is closing');

  /** Undefined when it was given up for a batch. */
  const attempt = async (
    given: readonly NamedCheckpoint[],
    mustWait: () => boolean,
  ): Promise<LogVerdict | undefined> => {
    const thread: Thread = await startThread(besides('verifier'), 'verifier', { file, create: false });
    let isGivenUp = false;
    const giveUp = () => {
      isGivenUp = true;
      thread.abandon(cancelled());
    };
    const watching = setInterval(() => mustWait() && giveUp(), lookEveryMs);
    closing.signal.addEventListener('abort', giveUp);
    try {
      if (closing.signal.aborted) throw cancelled();
      const verdict = (await thread.ask('verify', given)) as LogVerdict;
      clearInterval(watching);
      // Evidence is kept whole, whatever else is at work.
      if (!verdict.ok) await thread.ask('keepEvidence', verdict);
      return verdict;
    } catch (thrown) {
      if (!isGivenUp || closing.signal.aborted) throw thrown;
      return undefined;
    } finally {
      clearInterval(watching);
      closing.signal.removeEventListener('abort', giveUp);
      if (!isGivenUp) await thread.close();
    }
  };

  return {
    async run(given) {
      const waitsUntil = now() + mostDelayMs;
      const mustWait = () => isHeavy() && now() < waitsUntil && now() >= hurriedUntil;
      for (;;) {
        if (closing.signal.aborted) throw cancelled();
        if (mustWait()) await rest(lookEveryMs, undefined, { signal: closing.signal }).catch(() => {});
        else {
          const verdict = await attempt(given, mustWait);
          if (verdict !== undefined) return verdict;
        }
      }
    },
    hurry() {
      hurriedUntil = now() + mostDelayMs;
    },
    close() {
      closing.abort();
    },
  };
}
