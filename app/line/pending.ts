/**
 * The steps and facts of an attempt since its last commit. They wait for the next commit, so that the device does not
 * wait for a disk.
 */
import type { Clock } from '../contract/clock.ts';
import type { Along } from '../issuing/index.ts';
import type { Ledger, PendingEntry } from '../records/index.ts';

type Fact = PendingEntry extends infer N
  ? N extends PendingEntry
    ? Omit<N, 'unitSerial' | 'attempt' | 'actor' | 'at'>
    : never
  : never;

/** `along` runs a commit that also takes all waiting entries. If it fails, they wait for the next one. */
export type Pending = Along & {
  add(fact: Fact): void;
  /**
   * Commits the waiting entries. The caller need not wait. A failure rejects this promise, and its entries wait for the
   * next commit.
   */
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
  /** Commits run one after another, so that a later entry is never on record without an earlier one. */
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
