/** Work on units outside the slots, at ports that the command line names; see `line.run`. */
import { StationError } from '../../contract/errors.ts';
import type { CallJob, LineJob, LineResult } from '../../contract/issuingmethods.ts';
import type { EventData } from '../../contract/methods.ts';
import type { HomeCall } from '../../contract/model.ts';
import { beginWork, type LineTools, runWork, type UnitResult } from '../../line/index.ts';
import type { Caller } from '../dispatch.ts';
import type { Session } from '../people/sessions.ts';
import type { Power } from '../sleep/power.ts';
import { callFrom, placeOf } from './linecalls.ts';
import { type PortParts, portWork } from './portwork.ts';

export type LineRunsOptions = PortParts & {
  tools: LineTools;
  power: Pick<Power, 'onSuspend'>;
  /** Called when another unit runs. */
  onChange: () => void;
  /** Called when a result is on record. */
  onResult: (result: UnitResult, golden: boolean) => Promise<void>;
};

export type LineRuns = ReturnType<typeof createLineRuns>;

type Shown = EventData<'line.changed'>['runs'][number];
type Run = { session: Session; shown: Shown; stop: AbortController; ended: Promise<void> };

const stopped = () => new StationError('call.cancelled', 'stopped by a person');

/** The runs of a station outside its slots. */
export function createLineRuns(options: LineRunsOptions) {
  const { tools, bench, ports, power, onChange } = options;
  const runs = new Set<Run>();
  let closed: StationError | undefined;

  /**
   * A port has one unit at a time, in a slot or here.
   *
   * @throws unit.inProgress
   */
  const assertFree = (port: string) => {
    if (closed) throw closed;
    if (![...runs].some(({ shown }) => shown.port === port) && !bench.worksAt(port)) return;
    throw new StationError('unit.inProgress', `a unit is being worked on at ${port}`);
  };

  const workOn = async (run: Run, job: LineJob, actor: string): Promise<UnitResult> => {
    const { shown, stop } = run;
    const { signal } = stop;
    const place = { ports, port: job.port, name: job.port };
    const work = await portWork(job, actor, options);
    signal.throwIfAborted();
    const start = await beginWork(work, place, tools);
    shown.unitSerial = work.job.unitSerial;
    const onSteps = (steps: Shown['steps']) => {
      shown.steps = steps;
      onChange();
    };
    const result = await runWork(work, start, { place, tools, onSteps, signal });
    await options.onResult(result, work.golden);
    return result;
  };

  const abort = (chosen: (run: Run) => boolean, reason: StationError) => {
    for (const run of [...runs].filter(chosen)) run.stop.abort(reason);
  };

  /** Holds the port for `act`, until it is over. */
  const during = async <T>(
    port: string,
    unitSerial: string,
    session: Session,
    act: (run: Run) => Promise<T>,
  ): Promise<T> => {
    assertFree(port);
    const stop = new AbortController();
    const shown: Shown = { port, unitSerial, startedAt: tools.clock.now().toISOString(), steps: [] };
    const ending = Promise.withResolvers<void>();
    const run: Run = { session, shown, stop, ended: ending.promise };
    runs.add(run);
    const stopWatching = power.onSuspend((reason) => stop.abort(reason));
    try {
      return await act(run);
    } finally {
      stopWatching();
      runs.delete(run);
      ending.resolve();
      onChange();
    }
  };

  return {
    /**
     * The device of a unit connects; see `line.connect`.
     *
     * @throws unit.inProgress – when a unit is worked on at that port
     * @throws as `callFrom`
     */
    connect(job: CallJob, { session, actor }: Pick<Caller, 'session' | 'actor'>): Promise<HomeCall> {
      const place = placeOf(job, options);
      return during(place.port, job.unitSerial, session, ({ stop }) =>
        callFrom(place, job, { ...options, actor, signal: stop.signal }),
      );
    },
    /**
     * Runs a unit. Resolves once its outcome is on record, also when the unit failed.
     *
     * @throws unit.inProgress – when a unit is worked on at that port
     * @throws as `portWork` and `beginWork` – when nothing begins
     */
    async run(job: LineJob, { session, actor }: Pick<Caller, 'session' | 'actor'>): Promise<LineResult> {
      const act = (run: Run) => workOn(run, job, actor);
      return wireOf(await during(job.port, job.unitSerial ?? '', session, act));
    },
    /** Stops the runs of this connection, as a person would. */
    abort: (session: Session): void => abort((run) => run.session === session, stopped()),
    snapshot: () => ({ runs: [...runs].map(({ shown }) => shown) }),
    /** Stops all runs. Resolves once their outcome is on record. */
    async close(): Promise<void> {
      closed = new StationError('call.cancelled', 'the station was closed');
      abort(() => true, closed);
      await Promise.all([...runs].map(({ ended }) => ended));
    },
  };
}

const wireOf = ({ unitSerial, outcome, certificateId, steps, line, link, ms, error }: UnitResult): LineResult => ({
  unitSerial,
  outcome,
  certificateId,
  steps: steps.map((step) => ({ name: step.name, ms: Math.round(step.ms * 10) / 10 })),
  line,
  link,
  ms: Math.round(ms),
  ...(error ? { error: error.toJSON() } : {}),
});
