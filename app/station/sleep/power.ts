/** Sleep of the PC. The host reports it, or the clocks show it afterwards. Decision 0160. */
import type { Clock } from '../../contract/clock.ts';
import { StationError } from '../../contract/errors.ts';
import type { AuditFact } from '../../contract/model.ts';
import type { Bench } from '../../line/index.ts';
import type { Ledger } from '../../records/index.ts';
import type { Log } from '../log.ts';

export type PowerOptions = {
  bench: Pick<Bench, 'halt' | 'goOn'>;
  ledger: Pick<Ledger, 'audit'>;
  clock: Clock;
  /** Milliseconds since the PC started, including the time asleep. Without it only a reported sleep is known. */
  uptimeMs?: (() => number) | undefined;
  log: Log;
  /** `missedMs` is the time that the monotonic clock did not count. */
  lookAnew: (missedMs: number) => Promise<void>;
};

export type Power = ReturnType<typeof createPower>;

const tickMs = 1000;
/**
 * A tick this late means that the PC slept or that this process was stopped. A busy machine delays no process for so
 * long.
 */
const sleptMs = 10_000;
/** A PC that announced a sleep and is awake after this time did not sleep. */
const awakeMs = 30_000;

/** Follows the sleep of the PC, and halts the bench for it. */
export function createPower({ bench, ledger, clock, uptimeMs, log, lookAnew }: PowerOptions) {
  const listeners = new Set<(reason: StationError) => void>();
  const read = () => ({ uptimeMs: uptimeMs?.() ?? clock.monotonicMs(), monotonicMs: clock.monotonicMs() });
  let seen = read();
  /** The present sleep, until a resume ends it. */
  let sleep: { from: ReturnType<typeof read>; told: boolean; halted: Promise<void> } | undefined;
  let resuming: Promise<void> = Promise.resolve();
  let cancelTick = () => {};
  let closed = false;

  const audit = (fact: AuditFact) =>
    ledger.audit({ ...fact, actor: 'station', subject: 'pc' }).catch((thrown: unknown) => {
      log.error({ err: thrown, entry: fact.entry }, 'not on record');
    });

  const fallAsleep = (told: boolean, from: ReturnType<typeof read>): Promise<void> => {
    if (sleep) return sleep.halted;
    const detail = told
      ? 'the PC went to sleep while the unit was worked on'
      : 'the PC slept, or this program was stopped, while the unit was worked on';
    const reason = new StationError('station.suspended', detail);
    // Halt at once. The PC may be asleep before a commit is done, and later the notice may never come.
    const halting = bench.halt(reason);
    for (const listener of listeners) listener(reason);
    const halted = (async () => {
      const [atWork] = await Promise.all([halting, resuming]);
      await audit({ entry: 'station.suspended', data: { told, atWork } });
    })();
    sleep = { from, told, halted };
    log.warn({ told }, 'the PC goes to sleep');
    return halted;
  };

  const wake = (): Promise<void> => {
    if (!sleep) return resuming;
    const { from, told, halted } = sleep;
    sleep = undefined;
    seen = read();
    const slept = Math.max(0, seen.uptimeMs - from.uptimeMs);
    const missedMs = Math.max(0, slept - (seen.monotonicMs - from.monotonicMs));
    resuming = (async () => {
      await halted;
      // If the PC fell asleep again meanwhile, the bench stays halted.
      if (!sleep) bench.goOn();
      await audit({ entry: 'station.resumed', data: { told, sleptMs: Math.round(slept) } });
      log.warn({ told, sleptMs: slept }, 'the PC is awake');
      await lookAnew(missedMs);
    })().catch((thrown: unknown) => log.error({ err: thrown }, 'not everything was looked at after a sleep'));
    return resuming;
  };

  /** Checks whether the clocks show a sleep since the last check. */
  const look = (): void => {
    const before = seen;
    seen = read();
    const sleptNow = seen.uptimeMs - before.uptimeMs > tickMs + sleptMs;
    if (sleptNow) void fallAsleep(false, before);
    if (sleptNow || (sleep && seen.monotonicMs - sleep.from.monotonicMs > awakeMs)) void wake();
  };

  const tick = () => {
    cancelTick = clock.after(tickMs, () => {
      if (closed) return;
      look();
      tick();
    });
  };
  tick();

  return {
    /** Ends running work as `station.suspended`. Resolves once that is on record. Idempotent. */
    suspend: (): Promise<void> => fallAsleep(true, read()),
    /** Checks everything again, and resolves once that is done. Does nothing if the PC did not sleep. */
    resume: wake,
    /** For callers that saw an error, because a sleep may be the reason. */
    look,
    /** Called with the reason when the PC goes to sleep. */
    onSuspend(listener: (reason: StationError) => void): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close(): Promise<void> {
      closed = true;
      cancelTick();
      await sleep?.halted;
      await resuming;
    },
  };
}
