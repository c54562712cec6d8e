/** Sleep of the PC: told by the host, or noticed afterwards by what the clocks say. Decision 0160. */
import type { Clock } from '../../contract/clock.ts';
import { StationError } from '../../contract/errors.ts';
import type { Bench } from '../../line/index.ts';
import type { Ledger } from '../../records/index.ts';
import type { Log } from '../log.ts';

export type PowerOptions = {
  bench: Pick<Bench, 'halt' | 'goOn'>;
  ledger: Pick<Ledger, 'audit'>;
  clock: Clock;
  /** Milliseconds since the PC was started, those asleep included. Without it only a sleep that is told is known. */
  uptimeMs?: (() => number) | undefined;
  log: Log;
  /** `missedMs`: what the monotonic clock did not count. */
  lookAnew: (missedMs: number) => Promise<void>;
};

export type Power = ReturnType<typeof createPower>;

const tickMs = 1000;
/** A tick so much late: the PC slept, or this process was stopped. No busy machine keeps a process waiting for so long. */
const sleptMs = 10_000;
/** A PC that was about to sleep and is awake after this did not sleep. */
const awakeMs = 30_000;

export function createPower({ bench, ledger, clock, uptimeMs, log, lookAnew }: PowerOptions) {
  const listeners = new Set<(reason: StationError) => void>();
  const read = () => ({ uptimeMs: uptimeMs?.() ?? clock.monotonicMs(), monotonicMs: clock.monotonicMs() });
  let seen = read();
  /** Since a suspend that no resume has followed yet. */
  let sleep: { from: ReturnType<typeof read>; told: boolean; halted: Promise<void> } | undefined;
  let resuming: Promise<void> = Promise.resolve();
  let cancelTick = () => {};
  let closed = false;

  const audit = (entry: string, data: Record<string, unknown>) =>
    ledger.audit({ entry, actor: 'station', subject: 'pc', data }).catch((thrown: unknown) => {
      log.error({ err: thrown, entry }, 'not on record');
    });

  const fallAsleep = (told: boolean, from: ReturnType<typeof read>): Promise<void> => {
    if (sleep) return sleep.halted;
    const detail = told
      ? 'the PC went to sleep while the unit was worked on'
      : 'the PC slept, or this program was stopped, while the unit was worked on';
    const reason = new StationError('station.suspended', detail);
    // At once: what is not told now may never be, and the PC may be gone before a commit is.
    const halting = bench.halt(reason);
    for (const listener of listeners) listener(reason);
    const halted = (async () => {
      const [atWork] = await Promise.all([halting, resuming]);
      await audit('station.suspended', { told, atWork });
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
      // Who fell asleep again meanwhile stays so.
      if (!sleep) bench.goOn();
      await audit('station.resumed', { told, sleptMs: Math.round(slept) });
      log.warn({ told, sleptMs: slept }, 'the PC is awake');
      await lookAnew(missedMs);
    })().catch((thrown: unknown) => log.error({ err: thrown }, 'not everything was looked at after a sleep'));
    return resuming;
  };

  /** Whether the clocks tell of a sleep since the last look. */
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
    /** Everything that runs ends as `station.suspended`; resolves once that is on record. Idempotent. */
    suspend: (): Promise<void> => fallAsleep(true, read()),
    /** Looks at everything anew; resolves once that is done. Nothing where the PC did not sleep. */
    resume: wake,
    /** For who is told that something went wrong: a sleep may be why. */
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
