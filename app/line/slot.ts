/** One place on the bench: a small state machine fed by the port (plugged, pulled), the scanner and the runner. */
import { randomUUID } from 'node:crypto';
import { StationError } from '../contract/errors.ts';
import type { LockReason, Slot, SlotAsk, SlotConfig, SlotState, StepProgress } from '../contract/model.ts';
import type { ByteChannel, Ports } from '../device/channel.ts';
import type { Driver } from '../device/driver.ts';
import { runUnit, startAttempt, type UnitResult } from './runner.ts';
import type { LineTools, UnitJob } from './unit.ts';

type Prompt = NonNullable<Slot['prompt']>;

type Phase =
  | { at: 'empty' }
  | { at: 'scan'; prompt: Prompt; waitingSince: number }
  /** A scan was taken and its attempt is being recorded. */
  | { at: 'starting'; unitSerial: string }
  | { at: 'working'; unitSerial: string; startedAt: string; steps: StepProgress[]; stop: AbortController }
  | { at: 'result'; result: UnitResult; steps: StepProgress[]; startedAt: string; prompt: Prompt; gone: boolean };

export type SlotOptions = {
  config: SlotConfig;
  tools: LineTools;
  ports: Ports;
  driver: Driver;
  onChange: () => void;
  onResult: (result: UnitResult, config: SlotConfig) => void;
  onLog: (config: SlotConfig, line: string) => void;
};

const newPrompt = (kind: Prompt['kind']): Prompt => ({ promptId: randomUUID(), kind });

export type SlotMachine = ReturnType<typeof createSlot>;

export function createSlot(options: SlotOptions) {
  const { config, tools, ports, driver } = options;
  let phase: Phase = { at: 'empty' };
  let present = false;
  let running: Promise<void> = Promise.resolve();

  const move = (next: Phase) => {
    phase = next;
    options.onChange();
  };

  const rest = (): Phase =>
    present ? { at: 'scan', prompt: newPrompt('scanLabel'), waitingSince: tools.clock.monotonicMs() } : { at: 'empty' };

  const stopWatching = ports.watch(config.port, (nowPresent) => {
    if (nowPresent === present) return;
    present = nowPresent;
    if (phase.at === 'starting' || phase.at === 'working') return;
    // A result stays until the unit is removed; one whose unit was pulled in the middle stays until the next plug.
    if (phase.at === 'result' && phase.gone && !present) return;
    move(rest());
  });

  const run = async (job: UnitJob, start: Awaited<ReturnType<typeof startAttempt>>) => {
    const stop = new AbortController();
    const startedAt = tools.clock.now().toISOString();
    let steps: StepProgress[] = [];
    phase = { at: 'working', unitSerial: job.unitSerial, startedAt, steps, stop };
    const result = await runUnit({
      job,
      start,
      tools,
      driver,
      settings: config.settings,
      open: (): Promise<ByteChannel> => ports.open(config.port, driver.line),
      signal: stop.signal,
      onLog: (line) => options.onLog(config, line),
      onSteps: (list) => {
        steps = list;
        if (phase.at === 'working') move({ ...phase, steps });
      },
    });
    move({ at: 'result', result, steps, startedAt, prompt: newPrompt('retry'), gone: !present });
    options.onResult(result, config);
  };

  return {
    config,
    snapshot: (lock: LockReason | undefined): Slot => snapshotOf(config, phase, lock),
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
    async begin(job: UnitJob): Promise<void> {
      if (phase.at !== 'scan' && phase.at !== 'result') throw new StationError('call.stale', 'the slot is not waiting');
      const before = phase;
      move({ at: 'starting', unitSerial: job.unitSerial });
      try {
        const start = await startAttempt(job, driver.name, tools);
        running = run(job, start).catch((thrown: unknown) => {
          move(rest());
          options.onLog(config, `the outcome could not be recorded: ${String(thrown)}`);
        });
      } catch (thrown) {
        move(present ? before : { at: 'empty' });
        throw thrown;
      }
    },
    abort(): void {
      if (phase.at !== 'working') throw new StationError('call.stale', 'nothing runs in this slot');
      phase.stop.abort();
    },
    /** Stops what runs and waits for its outcome to be recorded. */
    async close(): Promise<void> {
      stopWatching();
      if (phase.at === 'working') phase.stop.abort();
      await running;
    },
  };
}

function snapshotOf(config: SlotConfig, phase: Phase, lock: LockReason | undefined): Slot {
  const base = { slotId: config.slotId, name: config.name, port: config.port };
  switch (phase.at) {
    case 'working':
    case 'starting': {
      const steps = phase.at === 'working' ? phase.steps : [];
      const startedAt = phase.at === 'working' ? { startedAt: phase.startedAt } : {};
      return { ...base, state: 'WORKING', ask: 'wait', unitSerial: phase.unitSerial, steps, ...startedAt };
    }
    case 'result': {
      const { result } = phase;
      const { state, ask } = resultFace(result, lock);
      return {
        ...base,
        state,
        ask,
        unitSerial: result.unitSerial,
        steps: phase.steps,
        startedAt: phase.startedAt,
        elapsedMs: result.ms,
        ...(result.outcome === 'PASS' || lock ? {} : { prompt: phase.prompt }),
        ...(result.error ? { error: result.error.toJSON() } : {}),
        ...(result.certificateId ? { certificateId: result.certificateId } : {}),
      };
    }
    case 'scan':
      if (lock) return { ...base, state: 'LOCKED', ask: lockAsk[lock], lockReason: lock, steps: [] };
      return { ...base, state: 'SCAN', ask: 'scanLabel', prompt: phase.prompt, steps: [] };
    case 'empty':
      if (lock) return { ...base, state: 'LOCKED', ask: lockAsk[lock], lockReason: lock, steps: [] };
      return { ...base, state: 'EMPTY', ask: 'plugIn', steps: [] };
  }
}

const lockAsk: Record<LockReason, SlotAsk> = {
  signedOut: 'signIn',
  caLocked: 'unlockCa',
  caAbsent: 'plugInToken',
  caExpired: 'callEngineer',
  repeatedErrors: 'callEngineer',
  noOrder: 'callEngineer',
};

function resultFace(result: UnitResult, lock: LockReason | undefined): { state: SlotState; ask: SlotAsk } {
  if (result.outcome === 'PASS') return { state: 'PASS', ask: 'removePassed' };
  if (result.outcome === 'FAIL' || result.error?.code === 'call.cancelled') {
    return { state: 'FAIL', ask: lock ? lockAsk[lock] : 'removeOrRetry' };
  }
  return { state: 'CHECK_STATION', ask: lock ? lockAsk[lock] : 'callEngineer' };
}
