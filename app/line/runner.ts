import { type Outcome, outcomeOf, StationError } from '../contract/errors.ts';
import {
  type HomeCallView,
  type LineFact,
  type LineSettings,
  lineFacts,
  lineOf,
  type StepName,
  type StepProgress,
} from '../contract/model.ts';
import type { ByteChannel } from '../device/channel.ts';
import { converseWith } from '../device/conversation.ts';
import type { Driver, LinkTally } from '../device/driver.ts';
import { drivers } from '../device/drivers/index.ts';
import { createRecorder } from '../device/transcript.ts';
import type { Standing, TranscriptRecord } from '../records/index.ts';
import { createPending, type Pending } from './pending.ts';
import type { Recipe } from './recipe.ts';
import { steps } from './steps/index.ts';
import type { LineTools, UnitContext, UnitFacts, UnitJob } from './unit.ts';

/** The duration of a step in ms, and its part on the wire. The rest is the station's own time. */
export type StepTiming = { name: StepName; ms: number; link: LinkTally };

export type UnitResult = {
  unitSerial: string;
  attempt: number;
  outcome: Outcome;
  certificateId: string | null;
  steps: StepTiming[];
  ms: number;
  /** The line that the port was opened with. Empty when this station has no such driver. */
  line: LineFact[];
  link: LinkTally;
  /** Whether the device may be told to connect. */
  callsHome: boolean;
  error?: StationError;
};

export type AttemptStart = { attempt: number; standing: Standing; recipe: Recipe };

/** Step 1. It is separate from the other steps, because a refused scan must leave the slot as it was. */
export async function startAttempt(job: UnitJob, recipe: Recipe, tools: LineTools): Promise<AttemptStart> {
  const { driver, mark } = recipe;
  const started = await tools.ledger.startAttempt({ ...job, driver, recipe: mark, practice: tools.practice });
  return { ...started, recipe };
}

export type RunOptions = {
  job: UnitJob;
  start: AttemptStart;
  tools: LineTools;
  open: (line: LineSettings) => Promise<ByteChannel>;
  onSteps: (steps: StepProgress[]) => void;
  /** How far the device is that connects. */
  onHomeCall?: (view: HomeCallView) => void;
  onLog?: (line: string) => void;
  signal: AbortSignal;
};

/**
 * Runs a unit from step 2 on. Expected failures do not reject: the outcome is in the result and on record. It rejects
 * only when the outcome itself could not be recorded.
 */
export async function runUnit(options: RunOptions): Promise<UnitResult> {
  const { job, start, tools } = options;
  const { unitSerial, actor } = job;
  const { attempt } = start;
  const pending = createPending({ unitSerial, attempt, actor }, tools);
  const { facts, failedIn, error, transcript, ...told } = await converse(options, {
    names: start.recipe.steps,
    pending,
  });
  const outcome: Outcome = error === undefined ? 'PASS' : outcomeOf(error.code);
  const { certificate } = facts;
  const end = {
    ...{ unitSerial, attempt, outcome, actor, ms: told.ms, transcript, ...handedOf(actor, tools) },
    ...(error === undefined ? {} : { error: error.toJSON(), step: failedIn }),
    ...(error?.code.startsWith('verify.') && certificate ? { queueRevocation: certificate.serialHex } : {}),
  };
  await pending.along((waiting) => tools.ledger.endAttempt({ ...end, pending: waiting }));
  return {
    unitSerial,
    attempt,
    outcome,
    certificateId: certificate?.certificateId ?? start.standing.certificate?.certificateId ?? null,
    ...told,
    callsHome: facts.identity?.callsHome ?? false,
    ...(error === undefined ? {} : { error }),
  };
}

/** Names the person who has the bench at the end of the work, where the one who began it has handed it over. */
export function handedOf(actor: string, tools: Pick<LineTools, 'handedTo'>): { handedTo?: string } {
  const handedTo = tools.handedTo(actor);
  return handedTo === undefined ? {} : { handedTo };
}

/**
 * The device of a unit that has passed connects, and the journal gets how far it came. Nothing else is done to it, and
 * the unit stays what it is.
 *
 * @throws home.*, device.*, link.*, cloud.* – when it is not connected
 */
export async function connectUnit(options: RunOptions): Promise<void> {
  const { job, start, tools } = options;
  const pending = createPending({ unitSerial: job.unitSerial, attempt: start.attempt, actor: job.actor }, tools);
  const { error } = await converse(options, { names: ['connect'], pending, alone: true });
  await pending.flush();
  if (error) throw error;
}

export type Course = {
  names: readonly StepName[];
  /** Gets an entry for each finished step. */
  pending: Pending;
  /** The facts that are known before the first step. */
  facts?: UnitFacts;
  /** Nothing is made; see `runGolden`. */
  golden?: boolean;
  /** The steps are no part of an attempt, so the journal does not get them. */
  alone?: boolean;
};

/** Runs one conversation with the device, step by step. */
export async function converse(
  options: RunOptions,
  { names, pending, facts = {}, golden = false, alone = golden }: Course,
) {
  const { job, start, tools, signal } = options;
  const { recipe } = start;
  const { clock } = tools;
  const progress = progressOf(names, options.onSteps);
  const began = clock.monotonicMs();
  const timings: StepTiming[] = [];
  const link: LinkTally = { bytesSent: 0, bytesReceived: 0, deviceMs: 0 };
  const line: LineFact[] = [];
  let failedIn = names[0];
  let error: StationError | undefined;
  let driver: Driver | undefined;
  const recorder = createRecorder(clock);
  try {
    driver = tools.driverNamed(recipe.driver);
    line.push(...lineFacts(driver, recipe.line));
    const settled = lineOf(driver, recipe.line);
    const channel = recorder.record(await options.open(settled));
    const talk = {
      clock,
      signal,
      line: settled,
      settings: recipe.settings,
      ...(options.onLog ? { onLog: options.onLog } : {}),
    };
    const device = converseWith(driver, channel, talk, Object.values(drivers));
    try {
      const { attempt, standing } = start;
      const onFraction = (fraction: number) => progress.fraction(fraction);
      const { traits } = driver;
      const given = { job, attempt, standing, tools, recipe, device, traits, facts };
      const onHomeCall = options.onHomeCall ?? (() => {});
      const unit: UnitContext = { ...given, pending, golden, onFraction, onHomeCall, signal };
      for (const name of names) {
        failedIn = name;
        const stepBegan = clock.monotonicMs();
        const linkBefore = device.tally();
        progress.begin(name);
        const data = await steps[name](unit);
        const ms = clock.monotonicMs() - stepBegan;
        if (!alone) pending.add({ kind: 'step', step: name, ms, data });
        progress.end(ms);
        timings.push({ name, ms, link: difference(device.tally(), linkBefore) });
      }
    } finally {
      Object.assign(link, device.tally());
      await device.close();
    }
  } catch (thrown) {
    tools.lookForSleep();
    error = signal.aborted ? stoppedBy(signal) : asStationError(thrown);
    progress.fail();
  }
  const ms = clock.monotonicMs() - began;
  const transcript = await keep();
  return { facts, failedIn, error, steps: timings, ms, line, link, transcript };

  /** Keeps the transcript. The outcome does not depend on it. */
  async function keep(): Promise<TranscriptRecord | undefined> {
    try {
      return { driver: recipe.driver, ...(await recorder.finish(driver?.redactions ?? [])) };
    } catch (thrown) {
      options.onLog?.(`the conversation could not be kept: ${String(thrown)}`);
      return undefined;
    }
  }
}

/** The reason of the stop: a person, or the recipe's time limit. */
const stoppedBy = ({ reason }: AbortSignal): StationError =>
  reason instanceof StationError ? reason : new StationError('call.cancelled', 'stopped by a person');

const difference = (after: LinkTally, before: LinkTally): LinkTally => ({
  bytesSent: after.bytesSent - before.bytesSent,
  bytesReceived: after.bytesReceived - before.bytesReceived,
  deviceMs: after.deviceMs - before.deviceMs,
});

/** Any unexpected error is a bug of this program, not the unit's fault. The log gets the cause. */
export function asStationError(thrown: unknown): StationError {
  if (thrown instanceof StationError) return thrown;
  return new StationError('internal', 'an unexpected error; the log has the details', { cause: thrown });
}

function progressOf(names: readonly StepName[], onSteps: (steps: StepProgress[]) => void) {
  let list: StepProgress[] = names.map((name) => ({ name, state: 'waiting' }));
  const update = (change: (step: StepProgress) => StepProgress, where: (step: StepProgress) => boolean) => {
    list = list.map((step) => (where(step) ? change(step) : step));
    onSteps(list);
  };
  const running = (step: StepProgress) => step.state === 'running';
  onSteps(list);
  return {
    begin: (name: StepName) =>
      update(
        (step) => ({ ...step, state: 'running' }),
        (step) => step.name === name,
      ),
    fraction: (fraction: number) => update((step) => ({ ...step, fraction }), running),
    end: (ms: number) => update((step) => ({ name: step.name, state: 'done', ms }), running),
    fail: () => update((step) => ({ ...step, state: 'failed' }), running),
  };
}
