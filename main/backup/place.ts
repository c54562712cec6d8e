/** A folder of backups: what lies in it, what rotation removes, and what a crash left half-written. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type BackupKeep, type BackupManifest, type BackupRow, backupManifest } from '../../app/contract/backups.ts';
import { StationError } from '../../app/contract/errors.ts';
import { isWithin, systemCodeOf, whyUnwritten } from '../../app/files/index.ts';

export const manifestName = 'backup.json';

/** `birthmark-IIIIIIII-YYYYMMDDTHHMMSSZ`: the beginning of the station's id, and when it was made. */
export const backupName = (stationId: string, madeAt: string): string =>
  `birthmark-${stationId.slice(0, 8)}-${madeAt.replaceAll(/[-:]|\.\d+/g, '')}`;
export const isName = (name: string): boolean => /^birthmark-[0-9a-f]{8}-\d{8}T\d{6}Z$/.test(name);

/**
 * Checks the folder before anything is copied, and makes it if only its last part is missing: a network drive that is not
 * there must not become a folder of this PC's disk.
 *
 * @throws call.badParams – it lies in the data folder
 * @throws backup.noPlace – it is not there or cannot be written
 */
export async function openPlace(place: string, dir: string): Promise<void> {
  if (await isWithin(place, dir))
    throw new StationError('call.badParams', `${place} lies in the data folder: a disk that fails takes both`, {
      data: { path: 'folder' },
    });
  const probe = join(place, `.birthmark-${process.pid}.try`);
  try {
    mkdirSync(place, { mode: 0o700 });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw placeError(place, thrown);
  }
  try {
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (thrown) {
    throw placeError(place, thrown);
  }
}

/** The error of an act in the folder of backups, by what the system says. */
export function placeError(place: string, thrown: unknown): StationError {
  if (thrown instanceof StationError) return thrown;
  const { code = '' } = thrown as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG')
    return new StationError('backup.placeFull', `${place} is full: make room there, or keep fewer backups`, {
      data: { folder: place, systemError: code },
      cause: thrown,
    });
  const why = reasons[code] ?? code;
  return new StationError('backup.noPlace', `the folder of backups ${place} cannot be used: ${why}`, {
    data: { folder: place, systemError: code },
    cause: thrown,
  });
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  ENOENT: 'it is not there; plug the disk in or connect the drive',
  ENOTDIR: 'a file has its name',
  EROFS: 'it is read-only',
  EIO: 'the disk fails',
  EHOSTDOWN: 'the drive does not answer',
  ENOTCONN: 'the drive is not connected',
  ESTALE: 'the drive was connected once more; open it again',
  ETIMEDOUT: 'the drive does not answer',
};

/** A list of a form that is not known here yet. */
const laterManifest = z.object({ format: z.literal('birthmark-backup'), version: z.int().min(2) });

/**
 * The manifest of a backup.
 *
 * @throws backup.damaged – there is none, or it is no such list; records.failed – the system does not give it; records.newer – a later version of the program made it
 */
export function readManifest(folder: string): BackupManifest {
  let text: string;
  try {
    text = readFileSync(join(folder, manifestName), 'utf8');
  } catch (cause) {
    if (!['ENOENT', 'ENOTDIR'].includes(systemCodeOf(cause)))
      throw new StationError('records.failed', `the backup ${folder} cannot be read: ${whyUnwritten(cause)}`, {
        cause,
      });
    throw new StationError('backup.damaged', `${folder} is no backup: it has no ${manifestName}`, { cause });
  }
  try {
    const value: unknown = JSON.parse(text);
    const { data } = laterManifest.safeParse(value);
    if (data)
      throw new StationError('records.newer', `${folder} is of a later version of the program (${data.version})`);
    return backupManifest.parse(value);
  } catch (cause) {
    if (cause instanceof StationError) throw cause;
    throw new StationError('backup.damaged', `${join(folder, manifestName)} cannot be read as the list of a backup`, {
      cause,
    });
  }
}

/** A backup where it lies, with the head of its log when its list can be read. */
export type PlacedBackup = BackupRow & { log?: BackupManifest['log'] };

/**
 * The backups in a folder, the latest first: of one station, or of all. A folder that was begun and not finished is not
 * among them.
 *
 * @throws backup.noPlace
 */
export function listPlace(place: string, stationId?: string): PlacedBackup[] {
  let names: string[];
  try {
    names = readdirSync(place).filter(isName);
  } catch (thrown) {
    throw placeError(place, thrown);
  }
  const rows = names.map((name) => {
    const none = { name, stationId: null, madeAt: null, bytes: 0, size: null, publicKey: null };
    try {
      const { stationId, madeAt, files, log } = readManifest(join(place, name));
      for (const { path, bytes } of files)
        if (statSync(join(place, name, path), { throwIfNoEntry: false })?.size !== bytes)
          throw new StationError('backup.damaged', `${path} is missing or has another size`);
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      return { name, stationId, madeAt, bytes, size: log.size, publicKey: log.publicKey, problem: null, log };
    } catch (thrown) {
      return { ...none, problem: thrown instanceof StationError ? thrown.detail : String(thrown) };
    }
  });
  return backupsFirst(rows, stationId);
}

/** Those of this station or of all, the latest first. */
export const backupsFirst = (rows: readonly PlacedBackup[], stationId: string | undefined): PlacedBackup[] =>
  rows
    .filter((row) => stationId === undefined || row.name.startsWith(`birthmark-${stationId.slice(0, 8)}-`))
    .filter((row) => stationId === undefined || row.stationId === null || row.stationId === stationId)
    .sort((one, other) => (one.name.slice(-16) < other.name.slice(-16) ? 1 : -1));

const dayMs = 86_400_000;
const periods = {
  daily: (at: number) => Math.floor(at / dayMs),
  // 1 January 1970 was a Thursday.
  weekly: (at: number) => Math.floor((at / dayMs + 3) / 7),
  monthly: (at: number) => new Date(at).getUTCFullYear() * 12 + new Date(at).getUTCMonth(),
} as const;

/**
 * The backups that rotation removes. It keeps the latest of all, and the latest of each day, week and month that has one. The
 * one that was just `made` stays, too: a clock that was ahead has left others which seem to be later.
 */
export function outOfRotation(
  backups: readonly { name: string; madeAt: string }[],
  keep: BackupKeep,
  made?: string,
): string[] {
  const latestFirst = backups.toSorted((one, other) => Date.parse(other.madeAt) - Date.parse(one.madeAt));
  const kept = new Set(latestFirst.slice(0, 1).map(({ name }) => name));
  for (const period of ['daily', 'weekly', 'monthly'] as const) {
    const seen = new Set<number>();
    for (const { name, madeAt } of latestFirst) {
      const number = periods[period](Date.parse(madeAt));
      if (seen.has(number)) continue;
      if (seen.size === keep[period]) break;
      seen.add(number);
      kept.add(name);
    }
  }
  return latestFirst.map(({ name }) => name).filter((name) => name !== made && !kept.has(name));
}

/** Removes a backup: first its name, so that a crash leaves no half one under it. */
export function removeBackup(place: string, name: string, tag: string): void {
  const going = join(place, halfName(name, tag));
  renameSync(join(place, name), going);
  rmSync(going, { recursive: true, force: true });
}

/** The name of a backup while it is made or removed. `tag` names the copy of the station that does so. */
export const halfName = (name: string, tag: string): string => `.${name}.${tag}.half`;

/** Removes what a crash of this copy of the station left. The caller holds the lock of backups. */
export function sweepPlace(place: string, tag: string): void {
  for (const name of readdirSync(place))
    if (name.startsWith('.birthmark-') && name.endsWith(`.${tag}.half`))
      rmSync(join(place, name), { recursive: true, force: true });
}
