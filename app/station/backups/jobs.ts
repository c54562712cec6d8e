/**
 * Backups on their schedule and on demand. Each step is computed from the settings and from how the last tries ended, so
 * that a restart only delays it. A folder that cannot be used is tried again, later each time.
 */
import type { Clock } from '../../contract/clock.ts';
import { StationError } from '../../contract/errors.ts';
import type { EventName } from '../../contract/methods.ts';
import { type BackupConfig, type BackupsSnapshot, type BackupTry, usualBackups } from '../../contract/model.ts';
import { asStationError } from '../../line/index.ts';
import type { Ledger } from '../../records/index.ts';
import type { ConfigStore } from '../folder/config.ts';
import type { Log } from '../log.ts';
import type { BackupMaker } from './maker.ts';

export type BackupJobsOptions = {
  maker: BackupMaker | undefined;
  ledger: Pick<Ledger, 'audit' | 'unknownBackups'>;
  config: ConfigStore;
  clock: Clock;
  log: Log;
  onChange: (...events: EventName[]) => void;
};

export type BackupJobs = ReturnType<typeof createBackupJobs>;

const lookEveryMs = 60_000;
const hourMs = 3_600_000;
/** After a try that failed: 5 minutes, then twice as long each time, an hour at most. */
const firstRetryMs = 300_000;

/** The settings; those of a station that has none. */
export const backupConfigOf = (config: ConfigStore): BackupConfig => config.current().backup ?? usualBackups;

/** How many of the last tries failed one after the other. */
const failuresAtEnd = (tries: readonly BackupTry[]): number =>
  tries.length - 1 - tries.findLastIndex(({ name }) => name !== null);

/** When the next backup is to be made; null without a folder. A change of the folder makes one due at once. */
export function nextBackupAt(
  tries: readonly BackupTry[],
  { folder, everyHours }: BackupConfig,
  now: Date,
): Date | null {
  if (folder === null) return null;
  const there = tries.filter((one) => one.folder === folder);
  const last = there.at(-1);
  if (last === undefined) return now;
  const failures = failuresAtEnd(there);
  const waitMs = failures === 0 ? everyHours * hourMs : Math.min(firstRetryMs * 2 ** (failures - 1), hourMs);
  const lastAt = Date.parse(last.at);
  // A clock that was set back must not put it off.
  return lastAt > now.getTime() ? now : new Date(lastAt + waitMs);
}

/** The last try that made a backup; null when none did. */
export const lastGoodOf = (tries: readonly BackupTry[]): BackupTry | null =>
  tries.findLast(({ name }) => name !== null) ?? null;

/** Whether the last good backup is too old, or there is none although a folder was set so long ago. */
export const isOverdue = (tries: readonly BackupTry[], { folder, overdueHours }: BackupConfig, now: Date): boolean => {
  if (folder === null) return false;
  const since = lastGoodOf(tries)?.at ?? tries[0]?.at;
  return since !== undefined && now.getTime() - Date.parse(since) > overdueHours * hourMs;
};

/** Backups of this station. Without a maker, in a command, there is only their state. */
export function createBackupJobs({ maker, ledger, config, clock, log, ...options }: BackupJobsOptions) {
  const onChange = () => options.onChange('backups.changed');
  let running: BackupsSnapshot['running'] = null;
  let work: Promise<void> = Promise.resolve();
  let cancel = () => {};
  let closed = false;
  const tries = () => maker?.history() ?? [];

  /** What commands made while the station ran, or before, goes into the audit log, too. */
  const noteOthers = async (): Promise<void> => {
    const made = tries().filter(({ name }) => name !== null);
    const unknown = await ledger.unknownBackups(made.map(({ name }) => name!));
    for (const one of made) if (unknown.includes(one.name!)) await noteMade(one);
  };
  const subject = () => config.current().stationId;
  const noteMade = async ({ name, by, bytes = 0, size = 0, root = '', removed = [], twins = [] }: BackupTry) => {
    const data = { bytes, size, root, removed, by };
    await ledger.audit({ entry: 'backup.made', actor: 'station', subject: name!, data });
    if (twins.length === 0) return;
    log.error({ twins }, 'another copy of this station makes backups');
    await ledger.audit({ entry: 'backup.twinFound', actor: 'station', subject: subject(), data: { backups: twins } });
  };

  const make = async (folder: string, by: string): Promise<void> => {
    const { keep } = backupConfigOf(config);
    const since = clock.now().toISOString();
    running = { stage: 'copying', done: 0, of: 0, since };
    onChange();
    try {
      const onProgress = (now: { stage: NonNullable<typeof running>['stage']; done: number; of: number }) => {
        running = { ...now, since };
        onChange();
      };
      await maker!.make({ folder, keep, by, madeAt: since, onProgress });
      await noteOthers();
    } catch (thrown) {
      const { code, detail } = asStationError(thrown);
      if (code === 'call.cancelled') return;
      log.error({ err: thrown, detail }, 'no backup was made');
      await ledger.audit({ entry: 'backup.failed', actor: 'station', subject: subject(), data: { code, by } });
    } finally {
      running = null;
      onChange();
    }
  };
  const begin = (folder: string, by: string): void => {
    work = make(folder, by).catch((thrown: unknown) => {
      if (!closed) log.error({ err: thrown }, 'a backup could not be recorded');
    });
  };

  const lookNow = async (): Promise<void> => {
    if (maker === undefined || running !== null) return;
    await noteOthers();
    const settings = backupConfigOf(config);
    const due = nextBackupAt(tries(), settings, clock.now());
    if (!closed && settings.folder !== null && due !== null && due <= clock.now()) begin(settings.folder, 'schedule');
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
      const { folder } = backupConfigOf(config);
      if (folder === null || maker === undefined)
        throw new StationError('backup.noPlace', 'no folder for backups is set', { data: { folder: '' } });
      if (running !== null) throw new StationError('backup.running', 'a backup is being made');
      begin(folder, by);
    },
    assertPlace: (folder: string): Promise<void> => maker?.tryPlace(folder) ?? Promise.resolve(),
    stop: () => maker?.stop(),
    async list() {
      const { folder } = backupConfigOf(config);
      if (folder === null || maker === undefined) return [];
      return maker.list(folder, subject());
    },
    async snapshot(): Promise<Omit<BackupsSnapshot, 'seq'>> {
      const [all, settings, now] = [tries(), backupConfigOf(config), clock.now()];
      const last = all.at(-1);
      return {
        ...{ config: settings, running, lastGood: lastGoodOf(all), overdue: isOverdue(all, settings, now) },
        lastFailed: last?.name === null ? last : null,
        nextAt: nextBackupAt(all, settings, now)?.toISOString() ?? null,
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
}
