/** One place on the bench: a small state machine. The port (plugged, pulled), the scanner and the runner drive it. */
import { type ErrorCode, StationError } from '../contract/errors.ts';
import type { HomeCallView, SlotConfig, StepProgress } from '../contract/model.ts';
import type { Ports } from '../device/channel.ts';
import type { AttemptStart, UnitResult } from './runner.ts';
import { createSlotCalls } from './slotcalls.ts';
import { mayConnect, newPrompt, type Phase, retryPrompt, type SlotLock, snapshotOf } from './slotview.ts';
import type { LineTools } from './unit.ts';
import { beginWork, runWork, type Work } from './unitrun.ts';
import type { Place } from './workplace.ts';

export type SlotOptions = {
  config: SlotConfig;
  tools: LineTools;
  ports: Ports;
  onChange: () => void;
  /** Called after a result that stays, but not after one that the station retries by itself. */
  onResult: (result: UnitResult, golden: boolean) => void;
  /** A device was plugged in and waits for its label. */
  onWaiting: () => void;
  /** Whether the station may retry the unit by itself. */
  mayGoOn: () => Promise<boolean>;
  onLog: (line: string) => void;
};

export type SlotMachine = ReturnType<typeof createSlot>;

/** Errors that a second try may mend: bytes were lost, not time and not the device. */
const worthAnotherTry: readonly ErrorCode[] = ['link.lost', 'link.timeout', 'link.garbled'];

export function createSlot(options: SlotOptions) {
  const { config, tools, ports } = options;
  const place: Place = { ports, port: config.port, name: `slot ${config.slotId}` };
  let phase: Phase = { at: 'empty' };
  let present = false;
  let closed = false;
  /** Why no unit may begin. It also ends the running one. */
  let halted: StationError | undefined;
  let running: Promise<void> = Promise.resolve();
  const calls = createSlotCalls({ config, tools, ports, onView: (of, view) => showCall(of, view) });

  const move = (next: Phase) => {
    phase = next;
    options.onChange();
  };

  /** A result that is gone shows nothing more. */
  const showCall = (result: UnitResult, homeCall: HomeCallView) => {
    if (phase.at === 'result' && phase.result === result) move({ ...phase, homeCall });
  };

  const rest = () => {
    if (!present) return move({ at: 'empty' });
    move({ at: 'scan', prompt: newPrompt('scanLabel'), waitingSince: tools.clock.monotonicMs() });
    options.onWaiting();
  };

  const stopWatching = ports.watch(config.port, (nowPresent) => {
    if (nowPresent === present) return;
    present = nowPresent;
    if (phase.at === 'starting' || phase.at === 'working') return;
    // A result stays until the unit is removed. The result of a unit that was pulled in the middle stays until the next
    // plug.
    rest();
  });

  /** Runs the unit until a result stays. A failed link is retried as often as the recipe allows. */
  const run = async (work: Work, first: AttemptStart): Promise<void> => {
    const { job, golden } = work;
    const stop = new AbortController();
    const shown = { unitSerial: job.unitSerial, startedAt: tools.clock.now().toISOString(), golden };
    if (halted) stop.abort(halted);
    let steps: StepProgress[] = [];
    let homeCall: HomeCallView | undefined;
    const { onLog } = options;
    for (let begun = first, retried = 0; ; retried += 1) {
      const result = await runWork(work, begun, {
        place,
        tools,
        // It is called at once, before the port is opened.
        onSteps(list) {
          steps = list;
          move({ at: 'working', ...shown, retried, homeCall, steps, stop });
        },
        onHomeCall(view) {
          homeCall = view;
          move({ at: 'working', ...shown, retried, homeCall, steps, stop });
        },
        onLog,
        signal: stop.signal,
      });
      const again = stop.signal.aborted ? undefined : await beginAgain(work, result, retried);
      if (!again) {
        calls.remember(result, { job, start: begun });
        move({ at: 'result', result, steps, ...shown, retried, homeCall, prompt: retryPrompt(result) });
        return options.onResult(result, golden);
      }
      begun = again;
    }
  };

  /** The next attempt, on record; `undefined` when the result stays. */
  const beginAgain = async (work: Work, { error }: UnitResult, retried: number): Promise<AttemptStart | undefined> => {
    if (retried >= work.recipe.retries || !present) return undefined;
    // A line whose trouble has a name stays as it is.
    if (!error || !worthAnotherTry.includes(error.code) || error.data?.sign !== undefined) return undefined;
    if (!(await options.mayGoOn())) return undefined;
    return beginWork(work, place, tools).catch(() => undefined);
  };

  /** Ends the running work for that reason. Resolves once its outcome is recorded. No unit begins until `goOn`. */
  const halt = async (reason: StationError): Promise<void> => {
    halted = reason;
    if (phase.at === 'working') phase.stop.abort(reason);
    await Promise.all([running, calls.stop(reason)]);
  };

  const onUnrecorded = (thrown: unknown) => {
    options.onLog(`the outcome could not be recorded: ${String(thrown)}`);
    if (!closed) rest();
  };

  return {
    config,
    snapshot: (lock: SlotLock) => snapshotOf(config, phase, lock, present),
    waitsFor: (promptId: string) =>
      (phase.at === 'scan' || phase.at === 'result') && phase.prompt.promptId === promptId,
    /** The time at which it began to ask for a label; `undefined` when it does not ask. */
    waitingSince: () => (phase.at === 'scan' ? phase.waitingSince : undefined),
    /** Whether the unit failed and is still in the slot, so that scanning it again means "try again". */
    mayRetry: (unitSerial: string) =>
      phase.at === 'result' && present && phase.result.outcome !== 'PASS' && phase.result.unitSerial === unitSerial,
    /** Whether the station failed here, so that only an engineer may try the unit again. */
    engineerFirst: () => phase.at === 'result' && phase.prompt.engineerOnly === true,
    worksOn: (unitSerial: string) =>
      (phase.at === 'working' || phase.at === 'starting') && phase.unitSerial === unitSerial,
    busy: () => phase.at === 'working' || phase.at === 'starting' || calls.running(),
    failedUnit: () => (phase.at === 'result' && phase.result.outcome !== 'PASS' ? phase.result.unitSerial : undefined),

    /**
     * Takes the slot at once, so that a second scan goes elsewhere. Resolves when the attempt is on record and running.
     * Rejects when `plan` or the records refuse it, and leaves the slot as it was.
     */
    async begin(unitSerial: string, plan: () => Promise<Work>): Promise<void> {
      if (phase.at !== 'scan' && phase.at !== 'result') throw new StationError('call.stale', 'the slot is not waiting');
      if (!present) throw new StationError('unit.noSlotWaiting', `nothing is plugged into ${place.name}`);
      const before = phase;
      move({ at: 'starting', unitSerial });
      const begun = plan().then(async (work) => {
        if (halted) throw halted;
        return { work, start: await beginWork(work, place, tools) };
      });
      running = begun.then(
        ({ work, start }) => run(work, start).catch(onUnrecorded),
        () => {},
      );
      await begun.catch((thrown: unknown) => {
        move(present ? before : { at: 'empty' });
        throw thrown;
      });
    },
    /**
     * The device of the unit that passed connects with what it got. The snapshot shows how far it is, and how it ended.
     *
     * @throws `call.stale` – when there is no such device, or it connects already
     */
    connect(actor: string): void {
      if (halted) throw halted;
      if (!present || !mayConnect(phase)) throw new StationError('call.stale', 'no unit that may connect is here');
      calls.begin(phase.result, actor);
    },
    abort(): void {
      if (phase.at !== 'working') throw new StationError('call.stale', 'nothing runs in this slot');
      phase.stop.abort();
    },
    halt,
    goOn(): void {
      if (!closed) halted = undefined;
    },
    /** Stops the running work and waits for its outcome to be recorded. */
    async close(): Promise<void> {
      closed = true;
      stopWatching();
      await halt(new StationError('call.cancelled', 'the station was closed'));
    },
  };
}
