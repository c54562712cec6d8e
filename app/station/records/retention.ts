/** Removes conversations by the rule of the station, a few in each commit, so that the line waits for none of it. */
import type { Clock } from '../../contract/clock.ts';
import type { Ledger } from '../../records/index.ts';
import type { ConfigStore } from '../folder/config.ts';
import type { Log } from '../log.ts';

export type RetentionOptions = {
  ledger: Pick<Ledger, 'removeTranscripts'>;
  config: ConfigStore;
  clock: Clock;
  log: Log;
  /** Whether the clock can be believed: one that is ahead would make all conversations old. */
  isClockSound: () => boolean;
};

export type Retention = ReturnType<typeof createRetention>;

const firstAfterMs = 60_000;
const everyMs = 3_600_000;
const dayMs = 86_400_000;
/** A conversation has some ten kilobytes. */
const pageRows = 50;

/** The rule at work. It removes nothing before `start` or `look`. */
export function createRetention({ ledger, config, clock, log, isClockSound }: RetentionOptions) {
  let closed = false;
  let cancel = () => {};
  let work: Promise<void> = Promise.resolve();

  const remove = async (): Promise<void> => {
    const { days, most } = config.current().transcripts;
    if ((days === null && most === null) || !isClockSound()) return;
    const before = days === null ? null : new Date(clock.now().getTime() - days * dayMs).toISOString();
    let after: number | null = 0;
    while (after !== null && !closed) after = await ledger.removeTranscripts({ before, most, after, limit: pageRows });
  };
  /** Goes through all conversations once. */
  const look = (): Promise<void> => {
    work = work.then(remove).catch((thrown: unknown) => {
      if (!closed) log.error({ err: thrown }, 'conversations could not be removed by the rule');
    });
    return work;
  };
  const plan = (ms: number): void => {
    if (closed) return;
    cancel = clock.after(ms, () => void look().then(() => plan(everyMs)));
  };

  return {
    /** From now on it looks once an hour. */
    start: () => plan(firstAfterMs),
    look,
    async close(): Promise<void> {
      closed = true;
      cancel();
      await work;
    },
  };
}
