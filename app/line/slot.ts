/** One place on the bench: a small state machine fed by the port (plugged, pulled), the scanner and the runner. */
import { StationError } from '../contract/errors.ts';
import type { SlotConfig, StepProgress } from '../contract/model.ts';
import type { Ports } from '../device/channel.ts';
import { assertWanted } from './place.ts';
import type { Recipe } from './recipe.ts';
import { type AttemptStart, runGolden, runUnit, startAttempt, type UnitResult } from './runner.ts';
import { newPrompt, type Phase, type SlotLock, snapshotOf } from './slotview.ts';
import type { LineTools, UnitJob } from './unit.ts';

export type SlotOptions = {
  config: SlotConfig;
  tools: LineTools;
  ports: Ports;
  onChange: () => void;
  /** After a result that stays; not after one that is tried again by itself. */
  onResult: (result: UnitResult, config: SlotConfig, golden: boolean) => void;
  /** A device was plugged in and waits for its label. */
  onWaiting: (config: SlotConfig) => void;
  onLog: (config: SlotConfig, line: string) => void;
};

/** `golden`: the unit is only looked at again. */
export type Work = { job: UnitJob; recipe: Recipe; golden: boolean };

export type SlotMachine = ReturnType<typeof createSlot>;

export function createSlot(options: SlotOptions) {
  const { config, tools, ports } = options;
  let phase: Phase = { at: 'empty' };
  let present = false;
  let starting: Promise<unknown> = Promise.resolve();
  let running: Promise<void> = Promise.resolve();
  /** What runs, or is about to be tried again, was stopped by a person or with the station. */
  let stopped = false;
  let closed = false;

  const move = (next: Phase) => {
    phase = next;
    options.onChange();
  };

  const rest = () => {
    if (!present) return move({ at: 'empty' });
    move({ at: 'scan', prompt: newPrompt('scanLabel'), waitingSince: tools.clock.monotonicMs() });
    options.onWaiting(config);
  };

  const stopWatching = ports.watch(config.port, (nowPresent) => {
    if (nowPresent === present) return;
    present = nowPresent;
    if (phase.at === 'starting' || phase.at === 'working') return;
    // A result stays until the unit is removed; one whose unit was pulled in the middle stays until the next plug.
    if (phase.at === 'result' && phase.gone && !present) return;
    rest();
  });

  const start = async ({ job, recipe, golden }: Work): Promise<AttemptStart> => {
    await assertWanted(ports, config, recipe);
    if (!golden) return startAttempt(job, recipe, tools);
    return { attempt: 0, standing: await tools.ledger.standing(job.unitSerial), recipe };
  };

  /** One attempt; a link that failed is tried again by itself as often as the recipe allows, while the unit is there. */
  const run = async (work: Work, begun: AttemptStart, retried: number): Promise<void> => {
    const { job, recipe, golden } = work;
    const stop = new AbortController();
    const startedAt = tools.clock.now().toISOString();
    let steps: StepProgress[] = [];
    const shown = { unitSerial: job.unitSerial, startedAt, golden, retried };
    phase = { at: 'working', ...shown, steps, stop };
    if (stopped || closed) stop.abort();
    const tooLong = new StationError('link.timeLimit', `not done after ${recipe.timeLimitMs / 1000} s`);
    const cancelLimit = tools.clock.after(recipe.timeLimitMs, () => stop.abort(tooLong));
    const result = await (golden ? runGolden : runUnit)({
      job,
      start: begun,
      tools,
      open: (line) => ports.open(config.port, line),
      signal: stop.signal,
      onLog: (line) => options.onLog(config, line),
      onSteps: (list) => {
        steps = list;
        if (phase.at === 'working') move({ ...phase, steps });
      },
    }).finally(cancelLimit);
    if (mayTryAgain(result, recipe, retried)) {
      const again = await start(work).catch(() => undefined);
      if (again) return run(work, again, retried + 1);
    }
    move({ at: 'result', result, steps, ...shown, prompt: newPrompt('retry'), gone: !present });
    options.onResult(result, config, golden);
  };

  const mayTryAgain = ({ outcome, error }: UnitResult, recipe: Recipe, retried: number): boolean =>
    present &&
    !stopped &&
    !closed &&
    outcome === 'FAIL' &&
    retried < recipe.retries &&
    (error?.code.startsWith('link.') ?? false);

  return {
    config,
    snapshot: (lock: SlotLock) => snapshotOf(config, phase, lock),
    waitsFor: (promptId: string) =>
      (phase.at === 'scan' || phase.at === 'result') && phase.prompt.promptId === promptId,
    /** When it began to ask for a label; `undefined` when it does not. */
    waitingSince: () => (phase.at === 'scan' ? phase.waitingSince : undefined),
    /** A failed unit that is still in the slot, so that scanning it again means "try again". */
    mayRetry: (unitSerial: string) =>
      phase.at === 'result' && present && phase.result.outcome !== 'PASS' && phase.result.unitSerial === unitSerial,
    worksOn: (unitSerial: string) =>
      (phase.at === 'working' || phase.at === 'starting') && phase.unitSerial === unitSerial,
    busy: () => phase.at === 'working' || phase.at === 'starting',
    failedUnit: () => (phase.at === 'result' && phase.result.outcome !== 'PASS' ? phase.result.unitSerial : undefined),

    /** Resolves when the attempt is on record and under way; rejects, leaving the slot as it was, when it is refused. */
    async begin(work: Work): Promise<void> {
      if (closed || (phase.at !== 'scan' && phase.at !== 'result'))
        throw new StationError('call.stale', 'the slot is not waiting');
      const before = phase;
      stopped = false;
      move({ at: 'starting', unitSerial: work.job.unitSerial, golden: work.golden });
      try {
        const beginning = start(work);
        starting = beginning.catch(() => {});
        const begun = await beginning;
        running = run(work, begun, 0).catch((thrown: unknown) => {
          rest();
          options.onLog(config, `the outcome could not be recorded: ${String(thrown)}`);
        });
      } catch (thrown) {
        move(present ? before : { at: 'empty' });
        throw thrown;
      }
    },
    abort(): void {
      if (phase.at !== 'working') throw new StationError('call.stale', 'nothing runs in this slot');
      stopped = true;
      phase.stop.abort();
    },
    /** Stops what runs and waits for its outcome to be recorded. */
    async close(): Promise<void> {
      closed = true;
      stopWatching();
      await starting;
      if (phase.at === 'working') phase.stop.abort();
      await running;
    },
  };
}
