/**
 * Removes conversations, and events that an MES has, by the rules of the station: a few in each commit, so that the line
 * waits for none of it.
 */
import type { Clock } from '../../contract/clock.ts';
import type { Ledger } from '../../records/index.ts';
import type { ConfigStore } from '../folder/config.ts';
import type { Log } from '../log.ts';

export type RetentionOptions = {
  ledger: Pick<Ledger, 'removeTranscripts' | 'removeEvents'>;
  config: ConfigStore;
  clock: Clock;
  log: Log;
  /** Whether the clock can be believed: one that is ahead would make all of them old. */
  isClockSound: () => boolean;
};

export type Retention = ReturnType<typeof createRetention>;

const firstAfterMs = 60_000;
const everyMs = 3_600_000;
const dayMs = 86_400_000;
/** A conversation has some ten kilobytes. */
const pageTranscripts = 50;
/** An event has some fifty bytes. */
const pageEvents = 500;

/** The rules at work. They remove nothing before `start` or `look`. */
export function createRetention({ ledger, config, clock, log, isClockSound }: RetentionOptions) {
  let closed = false;
  let cancel = () => {};
  let work: Promise<void> = Promise.resolve();

  const removeTranscripts = async (): Promise<void> => {
    const { days, most } = config.current().transcripts;
    if ((days === null && most === null) || !isClockSound()) return;
    const before = days === null ? null : new Date(clock.now().getTime() - days * dayMs).toISOString();
    let after: number | null = 0;
    while (after !== null && !closed)
      after = await ledger.removeTranscripts({ before, most, after, limit: pageTranscripts });
  };
  /** By whole days of UTC, so that there is work, and an entry about it, once a day. */
  const removeEvents = async (): Promise<void> => {
    const { eventDays, webhook } = config.current().intake;
    if (eventDays === null || !isClockSound()) return;
    const day = Math.floor(clock.now().getTime() / dayMs) - eventDays;
    const page = { before: new Date(day * dayMs).toISOString(), isSent: webhook !== null, limit: pageEvents };
    while (!closed && (await ledger.removeEvents(page))) {
      // The next page has the next commit.
    }
  };
  const attempt = (rule: () => Promise<void>, what: string): Promise<void> =>
    rule().catch((thrown: unknown) => {
      if (!closed) log.error({ err: thrown }, `${what} could not be removed by the rule`);
    });
  /** Goes through all of them once. */
  const look = (): Promise<void> => {
    work = work
      .then(() => attempt(removeTranscripts, 'conversations'))
      .then(() => attempt(removeEvents, 'events for an MES'));
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
