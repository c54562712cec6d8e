/**
 * Checkpoints of the log, published on a schedule, at the end of a shift, at each export and on demand. Each place is due by
 * itself; what does not arrive is tried again, later each time. Without a network the checkpoints wait, and the next one that
 * arrives says more than those that did not.
 */
import type { Clock } from '../../contract/clock.ts';
import { StationError } from '../../contract/errors.ts';
import type { EventName } from '../../contract/methods.ts';
import {
  type AuditFact,
  type CheckpointConfig,
  type CheckpointPlace,
  type CheckpointsSnapshot,
  type PublishReason,
  usualCheckpoints,
} from '../../contract/model.ts';
import { asStationError } from '../../line/index.ts';
import type { Ledger } from '../../records/index.ts';
import type { NamedCheckpoint } from '../../records/log/verdict.ts';
import type { CloudLink } from '../cloud/cloudlink.ts';
import type { ConfigStore } from '../folder/config.ts';
import type { Log } from '../log.ts';
import { assertFolder, checkpointsIn, writeCheckpoint } from './folder.ts';
import { type Place, placesOf, putCheckpoint } from './places.ts';
import { dueAt, retryAt } from './schedule.ts';
import { type AskWitness, cosign } from './witness.ts';

export type CheckpointJobsOptions = {
  dir: string;
  ledger: Pick<
    Ledger,
    | 'audit'
    | 'consistencyOf'
    | 'contradictions'
    | 'currentCheckpoint'
    | 'isContradiction'
    | 'lastPublished'
    | 'publishedCheckpoints'
  >;
  config: ConfigStore;
  cloudLink: CloudLink;
  clock: Clock;
  log: Log;
  /** Absent where a program asks no witnesses. */
  askWitness?: AskWitness | undefined;
  onChange: (...events: EventName[]) => void;
  /** A witness showed a checkpoint of this station that the log does not have. */
  onProved: () => void;
};

export type CheckpointJobs = ReturnType<typeof createCheckpointJobs>;
type Known = Pick<CheckpointPlace, 'last' | 'failed'>;
/** The entry that says that it arrived. */
type Arrived = Extract<AuditFact, { entry: 'checkpoint.published' | 'checkpoint.cosigned' }>;

const lookEveryMs = 60_000;
/** What led to it is in the log by then. */
const soonMs = 1000;
/** On a bench that people share, not every change of the person ends a shift. */
const quietMs = 600_000;
const hourMs = 3_600_000;

/** The settings; those of a station that has none. */
export const checkpointConfigOf = (config: ConfigStore): CheckpointConfig =>
  config.current().checkpoints ?? usualCheckpoints;

/** Publishing at this station. It begins by itself after `start`; in a command only `publish` sends anything. */
export function createCheckpointJobs({
  dir,
  ledger,
  config,
  cloudLink,
  clock,
  log,
  ...options
}: CheckpointJobsOptions) {
  const onChange = () => options.onChange('checkpoints.changed');
  const known = new Map<string, Known>();
  const since = clock.now().getTime();
  let running = 0;
  let started = false;
  let closed = false;
  let cancel = () => {};
  let cancelSoon = () => {};
  let work: Promise<unknown> = Promise.resolve();
  const places = () => placesOf(checkpointConfigOf(config), cloudLink);
  const stationId = () => config.current().stationId;

  const recall = async (all: readonly Place[]): Promise<void> => {
    const fresh = all.map(({ name }) => name).filter((name) => !known.has(name));
    if (fresh.length === 0) return;
    const last = await ledger.lastPublished(fresh);
    for (const name of fresh) known.set(name, { last: last[name] ?? null, failed: null });
  };
  const dueOf = ({ name }: Place, now: Date): Date | null => {
    const { last = null, failed = null } = known.get(name) ?? {};
    if (failed !== null) return new Date(failed.nextTryAt);
    return dueAt(last?.at ?? null, checkpointConfigOf(config), config.current().shifts, now);
  };

  /** One try at one place. What comes of it is on record when this resolves. */
  const attempt = async (
    { name }: Place,
    why: PublishReason,
    { size, root }: { size: number; root: string },
    act: (head: { size: number; root: string; why: PublishReason }) => Promise<Arrived>,
  ): Promise<void> => {
    const before = known.get(name) ?? { last: null, failed: null };
    try {
      const arrived = await act({ size, root, why });
      const at = clock.now().toISOString();
      await ledger.audit({ ...arrived, actor: 'station', subject: name });
      known.set(name, { last: { at, size, root }, failed: null });
    } catch (thrown) {
      if (closed) return;
      const { code, detail } = asStationError(thrown);
      log.warn({ place: name, code, detail }, 'a checkpoint did not arrive');
      const tries = (before.failed?.tries ?? 0) + 1;
      const now = clock.now();
      const failed = { at: now.toISOString(), code, detail, tries, nextTryAt: retryAt(now, tries).toISOString() };
      known.set(name, { last: before.last, failed });
      if (before.failed?.code !== code)
        await ledger.audit({ entry: 'checkpoint.failed', actor: 'station', subject: name, data: { code, why } });
    } finally {
      onChange();
    }
  };

  const noteContradiction = async (witness: string, held: number, size: number, note: string | null): Promise<void> => {
    log.error({ witness, held, size }, 'a witness holds another log of this station');
    const before = await ledger.contradictions();
    if (before.some((one) => one.witness === witness && one.held === held && one.proved === (note !== null))) return;
    const data = { witness, held, size, note };
    await ledger.audit({ entry: 'checkpoint.contradicted', actor: 'station', subject: stationId(), data });
    if (note !== null) options.onProved();
  };

  const publishTo = async (due: readonly Place[], why: PublishReason): Promise<void> => {
    const head = await ledger.currentCheckpoint();
    if (head === null) throw new StationError('checkpoint.unsigned', 'the log is not signed yet');
    await recall(due);
    const { note, ...facts } = head;
    const lines: string[] = [];
    const witnesses = due.filter((place) => place.kind === 'witness');
    await Promise.all(
      witnesses.map((witness) =>
        attempt(witness, why, facts, async (of) => {
          const { name } = witness;
          const ask = options.askWitness;
          if (ask === undefined) throw new StationError('checkpoint.witness', 'this program asks no witnesses');
          const onContradiction = (held: number, shown: string | null) =>
            noteContradiction(name, held, head.size, shown);
          const last = known.get(name)?.last?.size ?? 0;
          const line = await cosign({ witness, head, known: last, ask, ledger, onContradiction });
          lines.push(line);
          return { entry: 'checkpoint.cosigned', data: { ...of, cosignature: line } };
        }),
      ),
    );
    // A cosigned checkpoint is worth a file, also where the plain one has just arrived.
    const others = (lines.length > 0 ? places() : due).filter((place) => place.kind !== 'witness');
    const whole = `${note}${lines.map((line) => `${line}\n`).join('')}`;
    await Promise.all(
      others.map((place) =>
        attempt(place, why, facts, async (of) => {
          if (place.kind === 'folder') await writeCheckpoint(place.name, stationId(), whole);
          else {
            const to = { cloudLink, stationId: stationId(), size: head.size, note: whole, now: clock.now() };
            await putCheckpoint(place.of, to);
          }
          return { entry: 'checkpoint.published', data: { ...of, cosignatures: lines } };
        }),
      ),
    );
  };
  /** One run after the other. */
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const mine = work.then(async () => {
      running += 1;
      onChange();
      try {
        return await act();
      } finally {
        running -= 1;
        onChange();
      }
    });
    work = mine.catch(() => {});
    return mine;
  };
  const quietly = (act: Promise<void>): Promise<void> =>
    act.catch((thrown: unknown) => {
      if (!closed) log.error({ err: thrown }, 'no checkpoint was published');
    });

  const lookNow = async (): Promise<void> => {
    const all = places();
    await recall(all);
    const due = (): Place[] => {
      const now = clock.now();
      return all.filter((place) => (dueOf(place, now)?.getTime() ?? Number.POSITIVE_INFINITY) <= now.getTime());
    };
    if (closed || due().length === 0) return onChange();
    await inTurn(async () => {
      // The run before may have been for the same.
      const still = due();
      const isRetry = still.every(({ name }) => known.get(name)?.failed);
      if (still.length > 0 && !closed) await publishTo(still, isRetry ? 'retry' : 'schedule');
    });
  };
  /** Publishes what is due. */
  const look = (): Promise<void> => quietly(lookNow());
  const plan = () => {
    started = true;
    if (!closed) cancel = clock.after(lookEveryMs, () => void look().then(plan));
  };
  const shown = (all: readonly Place[], now: Date): CheckpointPlace[] =>
    all.map((place) => ({
      ...{ kind: place.kind, name: place.name, last: known.get(place.name)?.last ?? null },
      failed: known.get(place.name)?.failed ?? null,
      nextAt: dueOf(place, now)?.toISOString() ?? null,
    }));

  return {
    /** From now on checkpoints are published by themselves. */
    start: plan,
    look,
    /** An export was made, or people went: a checkpoint goes to every place. */
    soon(why: 'shift' | 'export'): void {
      const settings = checkpointConfigOf(config);
      if (!started || closed || (why === 'shift' && !settings.shiftEnd)) return;
      const all = places();
      const now = clock.now().getTime();
      const isQuiet = all.every(({ name }) => now - Date.parse(known.get(name)?.last?.at ?? '') < quietMs);
      if (all.length === 0 || (why === 'shift' && isQuiet)) return;
      cancelSoon();
      cancelSoon = clock.after(soonMs, () => void quietly(inTurn(() => publishTo(all, why))));
    },
    /** @throws checkpoint.noPlace – no place is set; checkpoint.unsigned */
    async publish(why: 'asked' | 'export' = 'asked'): Promise<CheckpointPlace[]> {
      const all = places();
      if (all.length === 0) throw new StationError('checkpoint.noPlace', 'no place for checkpoints is set');
      await inTurn(() => publishTo(all, why));
      return shown(all, clock.now());
    },
    /** Whether these settings can be kept. @throws as `checkpoints.configure` */
    async assertUsable(next: CheckpointConfig): Promise<void> {
      placesOf(next, cloudLink);
      const before = checkpointConfigOf(config);
      if (next.folder !== null && next.folder !== before.folder) await assertFolder(next.folder, dir);
      if (next.bucket !== null && cloudLink.target(next.bucket.target) === null)
        throw new StationError('cloud.noTarget', `there is no AWS target ${next.bucket.target}`, {
          data: { name: next.bucket.target },
        });
    },
    /** The settings are others: what is due by them goes out. */
    reconsider(): void {
      if (started) void look();
    },
    /** The checkpoints in the folder, for a comparison; none where it cannot be read, which `snapshot` says. */
    async kept(): Promise<NamedCheckpoint[]> {
      const { folder } = checkpointConfigOf(config);
      if (folder === null) return [];
      return checkpointsIn(folder, stationId()).catch((thrown: unknown) => {
        log.warn({ err: thrown }, 'the folder for checkpoints could not be read');
        return [];
      });
    },
    list: () => ledger.publishedCheckpoints(places().map(({ name }) => name)),
    async snapshot(): Promise<Omit<CheckpointsSnapshot, 'seq'>> {
      const [all, settings, now] = [places(), checkpointConfigOf(config), clock.now()];
      await recall(all);
      const [contradictions, head] = await Promise.all([ledger.contradictions(), ledger.currentCheckpoint()]);
      const rows = shown(all, now);
      const overdueMs = settings.overdueHours * hourMs;
      const lastMs = Math.max(...rows.map(({ last }) => (last === null ? 0 : Date.parse(last.at))));
      const overdue = all.length > 0 && now.getTime() - (lastMs || since) > overdueMs;
      const logKey = head?.verifierKey ?? null;
      return { config: settings, running: running > 0, places: rows, contradictions, overdue, logKey };
    },
    /** Resolves once nothing is under way. */
    idle: async (): Promise<void> => void (await work),
    async close(): Promise<void> {
      closed = true;
      cancel();
      cancelSoon();
      await work;
    },
  };
}
