/**
 * Backups on their schedule and on demand, in a folder and from there in a bucket. Each step is computed from the settings
 * and from how the last tries ended, so that a restart only delays it. What fails is tried again, later each time.
 */
import type { Clock } from '../../contract/clock.ts';
import { StationError } from '../../contract/errors.ts';
import type { EventName } from '../../contract/methods.ts';
import {
  type BackupConfig,
  type BackupSent,
  type BackupsSnapshot,
  type BackupTry,
  usualBackups,
} from '../../contract/model.ts';
import { asStationError } from '../../line/index.ts';
import type { Ledger } from '../../records/index.ts';
import type { CloudLink } from '../cloud/cloudlink.ts';
import type { ConfigStore } from '../folder/config.ts';
import type { Log } from '../log.ts';
import { bucketOf, isRefusal } from './bucket.ts';
import type { BackupMaker } from './maker.ts';
import { isOverdue, isThere, lastGoodOf, nextBackupAt, nextSending } from './schedule.ts';

export type BackupJobsOptions = {
  maker: BackupMaker | undefined;
  ledger: Pick<Ledger, 'audit' | 'unknownBackups'>;
  config: ConfigStore;
  cloudLink: CloudLink;
  clock: Clock;
  log: Log;
  onChange: (...events: EventName[]) => void;
};

export type BackupJobs = ReturnType<typeof createBackupJobs>;
type Running = NonNullable<BackupsSnapshot['running']>;

const lookEveryMs = 60_000;

/** The settings; those of a station that has none. */
export const backupConfigOf = (config: ConfigStore): BackupConfig => config.current().backup ?? usualBackups;

/** Backups of this station. Without a maker, in a command, there is only their state. */
export function createBackupJobs({ maker, ledger, config, cloudLink, clock, log, ...options }: BackupJobsOptions) {
  const onChange = () => options.onChange('backups.changed');
  let running: BackupsSnapshot['running'] = null;
  let isBusy = false;
  let work: Promise<void> = Promise.resolve();
  let cancel = () => {};
  let closed = false;
  /** Tries that no thread has noted, because it hangs in a drive that does not answer. */
  let unnoted: BackupTry[] = [];
  const settings = () => backupConfigOf(config);
  const subject = () => config.current().stationId;
  const bucket = () => bucketOf(settings(), cloudLink);
  const history = () => {
    const { tries, sent } = maker?.history() ?? { tries: [], sent: [] };
    unnoted = unnoted.filter(({ at }) => tries.every((one) => one.at < at));
    return { tries: [...tries, ...unnoted], sent };
  };
  const sentTo = (place: string): BackupSent[] => history().sent.filter((one) => one.place === place);

  /** What commands made and sent while the station ran, or before, goes into the audit log, too. */
  const noteOthers = async (): Promise<void> => {
    const { tries, sent } = history();
    const made = tries.filter(({ name }) => name !== null);
    const unknown = await ledger.unknownBackups({ entry: 'backup.made', subjects: made.map(({ name }) => name!) });
    for (const one of made) if (unknown.includes(one.name!)) await noteMade(one);
    const arrived = sent.filter(isThere);
    const unsaid = await ledger.unknownBackups({ entry: 'backup.sent', subjects: arrived.map(subjectOf) });
    for (const one of arrived) if (unsaid.includes(subjectOf(one))) await noteSent(one);
  };
  const noteMade = async ({ name, by, bytes = 0, size = 0, root = '', removed = [], twins = [] }: BackupTry) => {
    const data = { bytes, size, root, removed, by };
    await ledger.audit({ entry: 'backup.made', actor: 'station', subject: name!, data });
    await noteTwins(twins);
  };
  const noteSent = async (one: BackupSent) => {
    const { bytes = 0, removed = [], by, twins = [] } = one;
    await ledger.audit({
      entry: 'backup.sent',
      actor: 'station',
      subject: subjectOf(one),
      data: { bytes, removed, by },
    });
    await noteTwins(twins);
  };
  const noteTwins = async (backups: string[]) => {
    if (backups.length === 0) return;
    log.error({ twins: backups }, 'another copy of this station makes backups');
    await ledger.audit({ entry: 'backup.twinFound', actor: 'station', subject: subject(), data: { backups } });
  };

  /** One act of the maker, shown while it is under way. What fails is for `onFailed`, but for a stop by a person. */
  const doing = async (
    stage: Running['stage'],
    act: (facts: { since: string; onProgress: (now: Omit<Running, 'since'>) => void }) => Promise<unknown>,
    onFailed: (error: StationError, since: string) => Promise<void>,
  ): Promise<boolean> => {
    const since = clock.now().toISOString();
    running = { stage, done: 0, of: 0, since };
    onChange();
    try {
      const onProgress = (now: Omit<Running, 'since'>) => {
        running = { ...now, since };
        onChange();
      };
      await act({ since, onProgress });
      await noteOthers();
      return true;
    } catch (thrown) {
      const error = asStationError(thrown);
      if (error.code !== 'call.cancelled') await onFailed(error, since);
      return false;
    } finally {
      running = null;
      onChange();
    }
  };

  const make = (folder: string, by: string): Promise<boolean> =>
    doing(
      'copying',
      ({ since, onProgress }) => maker!.make({ folder, keep: settings().keep, by, madeAt: since, onProgress }),
      async (error, at) => {
        const { code, detail } = error;
        log.error({ err: error, detail }, 'no backup was made');
        if (history().tries.every((one) => one.at !== at)) unnoted.push({ at, by, folder, name: null, code, detail });
        await ledger.audit({ entry: 'backup.failed', actor: 'station', subject: subject(), data: { code, by } });
      },
    );
  const send = async (
    { to, folder, name, before }: NonNullable<ReturnType<typeof waiting>>,
    by: string,
  ): Promise<unknown> =>
    doing(
      'sending',
      ({ since, onProgress }) => {
        const { keep } = settings();
        return maker!.send({ folder, name, keep, by, at: since, to: to.open(), onProgress });
      },
      async ({ code, detail }) => {
        // A command makes or sends one; the next look sees what came of it.
        if (code === 'backup.running') return;
        log.warn({ place: to.place, code, detail }, 'a backup was not sent');
        if (before?.code === code) return;
        const unsent = `${to.place}${name}`;
        await ledger.audit({ entry: 'backup.unsent', actor: 'station', subject: unsent, data: { code, by } });
      },
    );
  /** The last good backup, where the bucket does not have it yet. */
  function waiting() {
    const [to, { folder }] = [bucket(), settings()];
    if (to === null || folder === null || maker === undefined || closed) return null;
    const before = sentTo(to.place);
    const next = nextSending(history().tries, folder, before, clock.now());
    return next && { ...next, to, folder, before: before.at(-1) };
  }
  const makeAndSend = async (folder: string, by: string): Promise<void> => {
    if (!(await make(folder, by))) return;
    const next = waiting();
    if (next !== null) await send(next, by);
  };
  const begin = (act: Promise<unknown>): void => {
    isBusy = true;
    work = act
      .catch((thrown: unknown) => {
        if (!closed) log.error({ err: thrown }, 'a backup could not be recorded');
      })
      .then(() => {
        isBusy = false;
      });
  };

  const lookNow = async (): Promise<void> => {
    if (maker === undefined || isBusy) return;
    await noteOthers();
    if (isBusy || closed) return;
    const [{ folder }, now] = [settings(), clock.now()];
    const due = nextBackupAt(history().tries, settings(), now);
    const next = waiting();
    if (folder !== null && due !== null && due <= now) begin(makeAndSend(folder, 'schedule'));
    else if (next !== null && next.at <= now) begin(send(next, 'schedule'));
    else onChange();
  };
  let looking: Promise<void> = Promise.resolve();
  const look = (): Promise<void> => {
    looking = looking.catch(() => {}).then(lookNow);
    return looking;
  };
  const lookSoon = (): Promise<void> =>
    look().catch((thrown: unknown) => {
      if (!closed) log.error({ err: thrown }, 'backups could not be looked at');
    });
  const plan = () => {
    if (closed) return;
    cancel = clock.after(lookEveryMs, () => void lookSoon().then(plan));
  };

  return {
    /** From now on backups are made on their schedule. */
    start: plan,
    look,
    /** Looks, and tells the log when that fails. */
    lookSoon,
    /** @throws backup.noPlace – no folder is set; backup.running */
    make(by: string): void {
      const { folder } = settings();
      if (folder === null || maker === undefined)
        throw new StationError('backup.noPlace', 'no folder for backups is set', { data: { folder: '' } });
      if (isBusy) throw new StationError('backup.running', 'a backup is being made or sent');
      begin(makeAndSend(folder, by));
    },
    /** Whether these settings can be kept. @throws as `backups.configure` */
    async assertUsable(next: BackupConfig): Promise<void> {
      const to = bucketOf(next, cloudLink);
      if (to !== null && next.folder === null)
        throw new StationError('call.badParams', 'a bucket gets what is in the folder: choose a folder, too', {
          data: { path: 'folder' },
        });
      const before = settings();
      if (next.folder !== null && next.folder !== before.folder) await maker?.tryPlace(next.folder);
      if (to === null || to.place === bucket()?.place) return;
      await maker?.tryBucket(to.open()).catch((thrown: unknown) => {
        if (isRefusal(thrown)) throw thrown;
      });
    },
    stop: () => maker?.stop(),
    async list() {
      const { folder } = settings();
      if (folder === null || maker === undefined) return [];
      return maker.list(folder, subject());
    },
    async listBucket() {
      const to = bucket();
      return to === null || maker === undefined ? [] : maker.listBucket(to.open(), subject());
    },
    async snapshot(): Promise<Omit<BackupsSnapshot, 'seq'>> {
      const [{ tries }, now, to] = [history(), clock.now(), bucket()];
      const last = tries.at(-1);
      return {
        ...{ config: settings(), running, lastGood: lastGoodOf(tries), overdue: isOverdue(tries, settings(), now) },
        lastFailed: last?.name === null ? last : null,
        bucket: to && { place: to.place, ...inBucket(sentTo(to.place), tries, now) },
        nextAt: nextBackupAt(tries, settings(), now)?.toISOString() ?? null,
      };
    },
    /** Resolves once nothing is under way. */
    async idle(): Promise<void> {
      await looking.catch(() => {});
      await work;
    },
    async close(): Promise<void> {
      closed = true;
      cancel();
      maker?.close();
      await looking.catch(() => {});
      await work;
    },
  };

  function inBucket(sent: readonly BackupSent[], tries: readonly BackupTry[], now: Date) {
    const last = sent.at(-1);
    return {
      last: sent.findLast(isThere) ?? null,
      failed: last === undefined || isThere(last) ? null : last,
      nextAt: nextSending(tries, settings().folder, sent, now)?.at.toISOString() ?? null,
    };
  }
}

/** The subject of the entry about it. */
const subjectOf = ({ place, name }: BackupSent): string => `${place}${name}`;
