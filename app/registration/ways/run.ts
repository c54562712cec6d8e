/** A batch registered unit by unit. */
import type { UnitWay } from '../../contract/batches.ts';
import type { Clock } from '../../contract/clock.ts';
import { StationError } from '../../contract/errors.ts';
import type { BatchMember } from '../batchfile.ts';
import { isPassing } from '../failure.ts';
import { createPatience, type Waiting } from '../patience.ts';
import type { SubmissionProgress } from '../submission.ts';
import type { ThingCalls } from './calls.ts';
import type { Pace } from './pace.ts';
import { pacedCalls } from './paced.ts';
import { collides, registerUnit, type UnitResult, type UnitSettings } from './unit.ts';

/** A member that has no result yet. `outOfUse` is the reason why its certificate must not go to AWS any more. */
export type WaitingMember = BatchMember & { line: number; outOfUse?: string | undefined };

export interface WayStore {
  /** The next members without a result, in line order; empty after the last one. */
  waiting(page: { afterLine: number; limit: number }): Promise<readonly WaitingMember[]>;
  /** Resolves once the result is durable. */
  settle(line: number, result: UnitResult): Promise<void>;
}

export type WayPorts = {
  way: UnitWay;
  settings: UnitSettings;
  store: WayStore;
  calls: ThingCalls;
  clock: Clock;
  pace: Pace;
  /** What must hold before the first unit, e.g. that AWS knows the CA. */
  assertReady?: ((signal: AbortSignal) => Promise<void>) | undefined;
  /** The results on record before this run, and all members. */
  counted: { done: number; failed: number; total: number };
  /** An earlier run may have begun some of the units: the process was killed, or its answers were lost. */
  isResumed: boolean;
  onProgress?: ((progress: SubmissionProgress) => void) | undefined;
  /** Ends the run with `call.cancelled`. It can be called again. */
  signal?: AbortSignal | undefined;
  /** Begins no more units. Those that have begun end first, unless AWS is away: then its error ends the run. */
  cancel?: AbortSignal | undefined;
};

/** Units at work at once. At ten calls a second and a fifth of a second for each, two would do. */
const workers = 8;
const pageSize = 64;

/**
 * Registers each waiting member, and records each result before the next unit of the same worker. Batch and members are
 * on record before this, so after a crash it is called again: members without a result are looked at first.
 *
 * @returns whether it was stopped by `cancel`
 * @throws cloud.… – AWS cannot be used at all (credentials, permissions, away for a long time)
 * @throws call.cancelled – `signal` fired
 */
export async function runWay(ports: WayPorts): Promise<'done' | 'stopped'> {
  const failed = new AbortController();
  const signals = [ports.signal, failed.signal].filter((one) => one !== undefined);
  const signal = AbortSignal.any(signals);
  const context = { ...ports, signal, calls: pacedCalls(ports.calls, ports.pace), progress: progressOf(ports) };
  context.progress.tell();
  const { assertReady } = ports;
  if (assertReady) {
    const patience = createPatience(ports.clock, signal, ports.cancel);
    await patience.through(() => assertReady(signal), context.progress.wait);
  }
  const members = waitingMembers(ports.store);
  let reason: unknown;
  const work = async () => {
    try {
      for (;;) {
        if (signal.aborted || ports.cancel?.aborted) return;
        const { value: member, done } = await members.next();
        if (done) return;
        await register(member, context);
      }
    } catch (error) {
      // The first reason counts. The other workers end with it.
      if (!failed.signal.aborted) reason = error;
      failed.abort();
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  if (ports.signal?.aborted) throw new StationError('call.cancelled', 'watching the submission was cancelled');
  if (failed.signal.aborted) throw reason;
  return ports.cancel?.aborted ? 'stopped' : 'done';
}

type Context = WayPorts & { progress: ReturnType<typeof progressOf> };

async function register(member: WaitingMember, context: Context): Promise<void> {
  const { way, calls, settings, store, signal, cancel, clock, progress } = context;
  if (member.outOfUse !== undefined) {
    await store.settle(member.line, { state: 'rejected', reason: member.outOfUse });
    return progress.count('rejected');
  }
  let isUnsure = context.isResumed;
  const patience = createPatience(clock, signal, cancel);
  for (;;) {
    try {
      const result = await registerUnit(way, member, { calls, settings, isUnsure, signal });
      await store.settle(member.line, result);
      return progress.count(result.state);
    } catch (error) {
      const again =
        isPassing(error) || collides(error) || (error instanceof StationError && error.code === 'cloud.badAnswer');
      if (!again) throw error;
      isUnsure = true;
      await patience.lose(error as StationError, progress.wait);
    }
  }
}

/** One page in memory at a time. Workers take turns, because the generator answers them in order. */
async function* waitingMembers(store: WayStore): AsyncGenerator<WaitingMember, undefined> {
  let afterLine = 0;
  for (;;) {
    const page = await store.waiting({ afterLine, limit: pageSize });
    const last = page.at(-1);
    if (last === undefined) return undefined;
    yield* page;
    afterLine = last.line;
  }
}

function progressOf({ counted, clock, onProgress }: WayPorts) {
  const { total } = counted;
  const startedMs = clock.monotonicMs();
  let [done, failed] = [counted.done, counted.failed];
  const tell = (waitingReason?: Waiting) => {
    const seconds = (clock.monotonicMs() - startedMs) / 1_000;
    const rate = seconds > 0 && done > counted.done ? (done - counted.done) / seconds : undefined;
    onProgress?.({
      state: 'running',
      percent: total === 0 ? 100 : (100 * done) / total,
      done,
      failed,
      total,
      ratePerSecond: rate,
      etaSeconds: rate === undefined ? undefined : (total - done) / rate,
      waitingReason,
    });
  };
  return {
    tell,
    wait: (reason: Waiting) => tell(reason),
    count(state: 'registered' | 'rejected') {
      done += 1;
      if (state === 'rejected') failed += 1;
      tell();
    },
  };
}
