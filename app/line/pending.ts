/** What an attempt has done since its last commit. It waits for the next one, so that the device does not wait for a disk. */
import type { Clock } from '../contract/clock.ts';
import type { Along } from '../issuing/index.ts';
import type { Ledger, PendingEntry } from '../records/index.ts';

type Fact = PendingEntry extends infer N
  ? N extends PendingEntry
    ? Omit<N, 'unitSerial' | 'attempt' | 'actor' | 'at'>
    : never
  : never;

/** `along` runs a commit with all that waits; what was not recorded waits again. */
export type Pending = Along & {
  add(fact: Fact): void;
  /** A commit of its own. It may be left alone for a while: its failure is told to whoever waits for it, and what it carried is not lost. */
  flush(): Promise<void>;
};

export function createPending(
  of: Pick<PendingEntry, 'unitSerial' | 'attempt' | 'actor'>,
  { ledger, clock }: { ledger: Pick<Ledger, 'recordPending'>; clock: Pick<Clock, 'now'> },
): Pending {
  let waiting: PendingEntry[] = [];
  let underWay: Promise<unknown> = Promise.resolve();

  const take = async <T>(commit: (pending: readonly PendingEntry[]) => Promise<T>): Promise<T> => {
    const taken = waiting;
    waiting = [];
    try {
      return await commit(taken);
    } catch (thrown) {
      waiting = [...taken, ...waiting];
      throw thrown;
    }
  };
  /** One after the other: a later entry is never on record without an earlier one. */
  const along: Pending['along'] = (commit) => {
    const mine = underWay.then(() => take(commit));
    underWay = mine.catch(() => {});
    return mine;
  };

  return {
    add: (fact) => void waiting.push({ ...of, at: clock.now().toISOString(), ...fact }),
    along,
    flush() {
      const flushed = along((pending) => ledger.recordPending({ pending }));
      flushed.catch(() => {});
      return flushed;
    },
  };
}
