import { type Outcome, outcomeOf, StationError } from '../contract/errors.ts';
import type { StepName, StepProgress } from '../contract/model.ts';
import type { ByteChannel } from '../device/channel.ts';
import type { Driver, DriverSettings, LinkTally } from '../device/driver.ts';
import type { Standing } from '../records/index.ts';
import { steps } from './steps/index.ts';
import type { LineTools, UnitContext, UnitJob } from './unit.ts';

/** How long a step took, and what of it went over the wire, so that the station's own share can be told. */
export type StepTiming = { name: StepName; ms: number; link: LinkTally };

export type UnitResult = {
  unitSerial: string;
  attempt: number;
  outcome: Outcome;
  certificateId: string | null;
  steps: StepTiming[];
  ms: number;
  link: LinkTally;
  error?: StationError;
};

export type AttemptStart = { attempt: number; standing: Standing };

/** Step 1, apart from the rest: refusing a scan must leave the slot as it was. */
export async function startAttempt(job: UnitJob, driver: string, tools: LineTools): Promise<AttemptStart> {
  return tools.ledger.startAttempt({ ...job, driver, practice: tools.practice });
}

export type RunOptions = {
  job: UnitJob;
  start: AttemptStart;
  tools: LineTools;
  driver: Driver;
  /** Choices for the driver; each has its own defaults. */
  settings?: DriverSettings | undefined;
  open: () => Promise<ByteChannel>;
  onSteps: (steps: StepProgress[]) => void;
  onLog?: (line: string) => void;
  signal: AbortSignal;
};

/**
 * The life of one unit from step 2 on. Never rejects for an expected failure: the outcome is in the result and on
 * record. It rejects only when the outcome itself could not be recorded.
 */
export async function runUnit(options: RunOptions): Promise<UnitResult> {
  const { job, start, tools, signal } = options;
  const recipe = tools.recipe();
  const progress = progressOf(recipe.steps, options.onSteps);
  const began = tools.clock.monotonicMs();
  const timings: StepTiming[] = [];
  const link: LinkTally = { bytesSent: 0, bytesReceived: 0, deviceMs: 0 };
  let unit: UnitContext | undefined;
  let failedIn: StepName | undefined;
  let error: StationError | undefined;

  try {
    failedIn = recipe.steps[0];
    const channel = await options.open();
    const device = options.driver.connect(channel, {
      clock: tools.clock,
      signal,
      ...(options.settings ? { settings: options.settings } : {}),
      ...(options.onLog ? { onLog: options.onLog } : {}),
    });
    try {
      unit = {
        job,
        attempt: start.attempt,
        standing: start.standing,
        tools,
        recipe,
        device,
        traits: options.driver.traits,
        facts: {},
        onFraction: (fraction) => progress.fraction(fraction),
      };
      for (const name of recipe.steps) {
        failedIn = name;
        const stepBegan = tools.clock.monotonicMs();
        const linkBefore = device.tally();
        progress.begin(name);
        const data = await steps[name](unit);
        const ms = tools.clock.monotonicMs() - stepBegan;
        // The next step begins only once this is on disk: what the journal lacks has not been left behind.
        await tools.ledger.journal({
          unitSerial: job.unitSerial,
          attempt: start.attempt,
          entry: 'step.done',
          step: name,
          actor: job.actor,
          ms,
          data,
        });
        progress.end(ms);
        const stepMs = tools.clock.monotonicMs() - stepBegan;
        timings.push({ name, ms: stepMs, link: difference(device.tally(), linkBefore) });
      }
    } finally {
      Object.assign(link, device.tally());
      await device.close();
    }
  } catch (thrown) {
    error = signal.aborted ? new StationError('call.cancelled', 'stopped by a person') : asStationError(thrown);
    progress.fail();
  }

  const outcome = error === undefined ? 'PASS' : outcomeOf(error.code);
  const ms = tools.clock.monotonicMs() - began;
  const certificate = unit?.facts.certificate;
  await tools.ledger.endAttempt({
    unitSerial: job.unitSerial,
    attempt: start.attempt,
    outcome,
    actor: job.actor,
    ms,
    ...(error === undefined ? {} : { error: error.toJSON(), step: failedIn }),
    ...(error?.code.startsWith('verify.') && certificate ? { queueRevocation: certificate.serialHex } : {}),
  });
  return {
    unitSerial: job.unitSerial,
    attempt: start.attempt,
    outcome,
    certificateId: certificate?.certificateId ?? start.standing.certificate?.certificateId ?? null,
    steps: timings,
    ms,
    link,
    ...(error === undefined ? {} : { error }),
  };
}

const difference = (after: LinkTally, before: LinkTally): LinkTally => ({
  bytesSent: after.bytesSent - before.bytesSent,
  bytesReceived: after.bytesReceived - before.bytesReceived,
  deviceMs: after.deviceMs - before.deviceMs,
});

/** Anything unexpected is our bug, whatever the unit did; the cause stays for the log. */
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
