/** "Connect now" in one place: the device of a unit that has passed connects with the identity that it got. */
import { StationError } from '../contract/errors.ts';
import { beginning, type HomeCallView, type SlotConfig } from '../contract/model.ts';
import type { Ports } from '../device/channel.ts';
import { type AttemptStart, asStationError, connectUnit, type UnitResult } from './runner.ts';
import type { LineTools, UnitJob } from './unit.ts';

type Options = {
  config: SlotConfig;
  tools: LineTools;
  ports: Ports;
  /** Called with the result that the connection belongs to. */
  onView: (of: UnitResult, view: HomeCallView) => void;
};

type Known = { job: UnitJob; start: AttemptStart };

export function createSlotCalls({ config, tools, ports, onView }: Options) {
  let last: { of: UnitResult; known: Known } | undefined;
  let running: { stop: AbortController; ended: Promise<void> } | undefined;

  const run = async (of: UnitResult, { job, start }: Known, actor: string, signal: AbortSignal): Promise<void> => {
    let view = beginning(tools.clock.now().toISOString());
    // The end is shown when it is on record.
    const note = (next: HomeCallView) => {
      view = next;
      if (next.state === 'running') onView(of, next);
    };
    note(view);
    try {
      await connectUnit({
        job: { ...job, actor },
        start,
        tools,
        open: (line) => ports.open(config.port, line),
        onSteps: () => {},
        onHomeCall: note,
        signal,
      });
    } catch (thrown) {
      // What a phase says needs no second word.
      const told = view.state === 'notConnected' ? {} : { error: asStationError(thrown).toJSON() };
      view = { ...view, state: 'notConnected', ...told };
    }
    onView(of, view);
  };

  return {
    /** The unit of this result, and its attempt. */
    remember(of: UnitResult, known: Known): void {
      last = { of, known };
    },
    running: () => running !== undefined,
    begin(of: UnitResult, actor: string): void {
      if (last?.of !== of || running) throw new StationError('call.stale', 'no unit that may connect is here');
      const stop = new AbortController();
      const ended = run(of, last.known, actor, stop.signal).finally(() => {
        running = undefined;
      });
      running = { stop, ended };
    },
    /** Ends what runs. Resolves when it is over. */
    async stop(reason: StationError): Promise<void> {
      running?.stop.abort(reason);
      await running?.ended;
    },
  };
}
