/** Watches the orders by the station's rules: soon after each unit that ended, and once a minute for what time brings. */
import type { Clock } from '../../contract/clock.ts';
import type { Ledger } from '../../records/index.ts';
import type { ConfigStore } from '../folder/config.ts';
import type { Log } from '../log.ts';

type Options = {
  ledger: Pick<Ledger, 'judgeAlerts'>;
  config: ConfigStore;
  clock: Clock;
  log: Log;
  /** An alert was raised or cleared. */
  onChange: () => void;
};

export type AlertWatch = ReturnType<typeof createAlertWatch>;

/** Several slots may end within a second; they are judged together. */
const soonMs = 1000;
const everyMs = 60_000;

/** The watch. It judges nothing by itself before `start`. */
export function createAlertWatch({ ledger, config, clock, log, onChange }: Options) {
  let closed = false;
  let started = false;
  let cancel = () => {};
  let isSoon = false;
  /** The last result that was judged; null before the first look, which looks at every open order. */
  let after: number | null = null;
  let work: Promise<void> = Promise.resolve();

  const judge = async (): Promise<void> => {
    const { upTo, changed } = await ledger.judgeAlerts({ rules: config.current().alerts, after });
    after = upTo;
    if (changed) onChange();
  };
  /** Judges now. After a change of the rules, or of an order, `all` looks at every open order again. */
  const look = ({ all = false } = {}): Promise<void> => {
    work = work
      .then(() => {
        if (all) after = null;
        return judge();
      })
      .catch((thrown: unknown) => {
        if (!closed) log.error({ err: thrown }, 'the alerts could not be judged');
      });
    return work;
  };
  const plan = (ms: number): void => {
    cancel();
    if (closed) return;
    cancel = clock.after(ms, () => {
      isSoon = false;
      void look().then(() => {
        if (!isSoon) plan(everyMs);
      });
    });
  };

  return {
    start(): void {
      started = true;
      plan(soonMs);
    },
    /** A unit may have ended. It returns at once. */
    wake(): void {
      if (!started || closed || isSoon) return;
      isSoon = true;
      plan(soonMs);
    },
    look,
    async close(): Promise<void> {
      closed = true;
      cancel();
      await work;
    },
  };
}
