/** The check of a target's registry against the records, as a job. One runs at a time, and its result stays. */
import type { Clock } from '../../contract/clock.ts';
import {
  type DriftCheck,
  type DriftFinding,
  type DriftKind,
  driftKind,
  mostDifferences,
} from '../../contract/drift.ts';
import { StationError } from '../../contract/errors.ts';
import { asStationError } from '../../line/index.ts';
import type { Ledger } from '../../records/index.ts';
import { checkDrift, createPatience } from '../../registration/index.ts';
import type { CloudLink } from './cloudlink.ts';
import { targetNamed } from './targetnames.ts';

const pageSize = 500;
const mostOfAKind = 500;

export type DriftJobs = ReturnType<typeof createDriftJobs>;
type Options = { ledger: Ledger; cloudLink: CloudLink; clock: Clock; onChange: () => void };

/** The checks of targets' registries. One runs at a time. */
export function createDriftJobs({ ledger, cloudLink, clock, onChange }: Options) {
  let check: DriftCheck | null = null;
  let all: DriftFinding[] = [];
  let running: { done: Promise<DriftCheck>; stop: AbortController } | undefined;

  const run = async (current: DriftCheck, signal: AbortSignal): Promise<void> => {
    const { target, things } = current;
    const patience = createPatience(clock, signal);
    const aws = (await cloudLink.cloud(target)).registry;
    const authorities = await ledger.authorities();
    await checkDrift({
      ...{ aws, clock, things, signal },
      caCertificateIds: authorities.filter(({ kind }) => kind === 'issuing').map(({ issuerId }) => issuerId),
      records: {
        certificates: (ids) => ledger.recordedCertificates({ target, ids }),
        registered: (after) => ledger.registeredUnits({ target, after, limit: pageSize }),
      },
      calm: (act) =>
        patience.through(act, () => {
          current.waiting = true;
          onChange();
        }),
      onFinding: (finding) => {
        note(current, finding);
        if (all.length < mostDifferences) all.push(finding);
      },
      onProgress: (seen) => {
        Object.assign(current, seen, { waiting: false });
        onChange();
      },
    });
  };

  return {
    /** @throws call.badParams – a check is running; cloud.noTarget, cloud.notConfigured */
    async begin({ target, things }: { target?: string | undefined; things: boolean }): Promise<void> {
      if (running) throw new StationError('call.badParams', 'a check is running');
      const name = targetNamed(cloudLink, target);
      await cloudLink.cloud(name);
      const current = newCheck(name, things, clock.now());
      const stop = new AbortController();
      const end = (state: DriftCheck['state'], error: string | null = null): DriftCheck =>
        Object.assign(current, { state, error, waiting: false, endedAt: clock.now().toISOString() });
      const done = run(current, stop.signal)
        .then(
          () => end('done'),
          (thrown) => (stop.signal.aborted ? end('stopped') : end('failed', asStationError(thrown).message)),
        )
        .finally(() => {
          running = undefined;
          onChange();
        });
      check = current;
      all = [];
      running = { done, stop };
      onChange();
    },
    /** The running check. */
    running: (): Promise<DriftCheck> | undefined => running?.done,
    stop: (): void => running?.stop.abort(),
    /** A page of the differences of the last check, in the order in which they were found. */
    findings({ kind, after, limit }: { kind?: DriftKind | undefined; after: number; limit: number }) {
      const fitting = kind === undefined ? all : all.filter((one) => one.kind === kind);
      return { total: fitting.length, rows: fitting.slice(after, after + limit) };
    },
    snapshot: (): { check: DriftCheck | null } => ({ check }),
    async close(): Promise<void> {
      running?.stop.abort();
      await running?.done;
    },
  };
}

const newCheck = (target: string, things: boolean, now: Date): DriftCheck => ({
  ...{ target, things, state: 'running', startedAt: now.toISOString(), endedAt: null },
  ...{ certificates: 0, units: 0, waiting: false, findings: [], error: null },
  counts: Object.fromEntries(driftKind.options.map((kind) => [kind, 0])) as DriftCheck['counts'],
});

function note(check: DriftCheck, finding: DriftFinding): void {
  const count = check.counts[finding.kind] + 1;
  check.counts[finding.kind] = count;
  if (count <= mostOfAKind) check.findings.push(finding);
}
