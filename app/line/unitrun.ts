/** One unit in one place, from the scan to the result. Slots and the command line share this. */
import { StationError } from '../contract/errors.ts';
import type { HomeCallView, StepProgress } from '../contract/model.ts';
import { runGolden, startGolden } from './golden.ts';
import { assertSerialFits } from './longserial.ts';
import type { Recipe } from './recipe.ts';
import { type AttemptStart, runUnit, startAttempt, type UnitResult } from './runner.ts';
import type { LineTools, UnitJob } from './unit.ts';
import { assertWanted, type Place } from './workplace.ts';

/** `golden` means that the unit is only checked. */
export type Work = { job: UnitJob; recipe: Recipe; golden: boolean };

/**
 * Records the beginning, if the place holds a device that the recipe accepts. A refusal leaves no trace.
 *
 * @throws as `assertSerialFits` and `assertWanted`
 */
export async function beginWork({ job, recipe, golden }: Work, place: Place, tools: LineTools): Promise<AttemptStart> {
  assertSerialFits(job.unitSerial, recipe.driver, tools);
  await assertWanted(place, recipe);
  return golden ? startGolden(job, recipe, tools) : startAttempt(job, recipe, tools);
}

export type WorkOptions = {
  place: Place;
  tools: LineTools;
  onSteps: (steps: StepProgress[]) => void;
  onHomeCall?: (view: HomeCallView) => void;
  onLog?: (line: string) => void;
  /** Aborts when a person stops the unit. */
  signal: AbortSignal;
};

/** Runs the unit. It ends with `link.timeLimit` when it takes longer than the recipe allows. */
export async function runWork(
  { job, recipe, golden }: Work,
  start: AttemptStart,
  { place, tools, signal, ...shown }: WorkOptions,
): Promise<UnitResult> {
  const limit = new AbortController();
  const { timeLimitMs } = recipe;
  const tooLong = new StationError('link.timeLimit', `not done after ${timeLimitMs / 1000} s`);
  const cancel = tools.clock.after(timeLimitMs, () => limit.abort(tooLong));
  try {
    return await (golden ? runGolden : runUnit)({
      ...shown,
      job,
      start,
      tools,
      open: (line) => place.ports.open(place.port, line),
      signal: AbortSignal.any([signal, limit.signal]),
    });
  } finally {
    cancel();
  }
}
