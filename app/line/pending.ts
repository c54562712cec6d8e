/** What an attempt has done since its last commit. It waits for the next one, so that the device does not wait for a disk. */
import type { Note } from '../records/index.ts';
import type { LineTools } from './unit.ts';

type Fact = Note extends infer N
  ? N extends Note
    ? Omit<N, 'unitSerial' | 'attempt' | 'actor' | 'at'>
    : never
  : never;

export type Notes = {
  add(fact: Fact): void;
  /** Runs `commit` with all that waits; what was not recorded waits again. */
  along<T>(commit: (notes: readonly Note[]) => Promise<T>): Promise<T>;
  /** A commit of its own. It may be left alone for a while: its failure is told to whoever waits for it, and what it carried is not lost. */
  flush(): Promise<void>;
};

export function createNotes(
  of: Pick<Note, 'unitSerial' | 'attempt' | 'actor'>,
  { ledger, clock }: Pick<LineTools, 'ledger' | 'clock'>,
): Notes {
  let waiting: Note[] = [];
  let underWay: Promise<unknown> = Promise.resolve();

  const take = async <T>(commit: (notes: readonly Note[]) => Promise<T>): Promise<T> => {
    const taken = waiting;
    waiting = [];
    try {
      return await commit(taken);
    } catch (thrown) {
      waiting = [...taken, ...waiting];
      throw thrown;
    }
  };
  /** One after the other: a later note is never on record without an earlier one. */
  const along: Notes['along'] = (commit) => {
    const mine = underWay.then(() => take(commit));
    underWay = mine.catch(() => {});
    return mine;
  };

  return {
    add: (fact) => void waiting.push({ ...of, at: clock.now().toISOString(), ...fact }),
    along,
    flush() {
      const flushed = along((notes) => ledger.recordNotes({ notes }));
      flushed.catch(() => {});
      return flushed;
    },
  };
}
