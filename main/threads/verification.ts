/** Verifications of the records on a thread of their own, one at a time. */
import { StationError } from '../../app/contract/errors.ts';
import type { LogVerdict, NamedCheckpoint } from '../../app/records/log/verdict.ts';
import { besides, startThread, type Thread } from './thread.ts';

export type Verification = {
  /**
   * @param given checkpoints that were kept in other places
   * @throws call.cancelled – it was closed
   * @throws records.notStation, records.failed – the file or the key of the log cannot be read
   */
  run(given: readonly NamedCheckpoint[]): Promise<LogVerdict>;
  /** Ends what is under way. */
  close(): void;
};

/** Verifications of the records in `file`. */
export function openVerification(file: string): Verification {
  let thread: Thread | undefined;
  let closed = false;
  const cancelled = () => new StationError('call.cancelled', 'the station is closing');
  return {
    async run(given) {
      if (closed) throw cancelled();
      const mine = await startThread(besides('verifier'), 'verifier', { file, create: false });
      thread = mine;
      try {
        if (closed) throw cancelled();
        return (await mine.ask('verify', given)) as LogVerdict;
      } finally {
        thread = undefined;
        if (closed) mine.abandon(cancelled());
        else await mine.close();
      }
    },
    close() {
      closed = true;
      thread?.abandon(cancelled());
    },
  };
}
