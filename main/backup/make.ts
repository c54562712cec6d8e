/**
 * Makes a backup of a station while it works. The records are first copied into the data folder and verified there, so that
 * a slow drive holds no state of them; then all files are written, read back and renamed. No half of a backup ever has the
 * name of one.
 */
import { hash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BackupKeep, BackupManifest, BackupStage, BackupTry } from '../../app/contract/backups.ts';
import { StationError } from '../../app/contract/errors.ts';
import { unwritten, writeSynced } from '../../app/files/index.ts';
import { paths, readConfig } from '../../app/station/index.ts';
import { copySqlite, lockSqlite } from '../../native/sqlite.ts';
import { logPublicKey } from '../threads/logkey.ts';
import { verifyFile } from '../threads/verifyrecords.ts';
import { version } from '../version.ts';
import { copyFile, digestOf, syncFolderHere } from './bytes.ts';
import { contentsOf } from './contents.ts';
import { addTry } from './history.ts';
import {
  backupName,
  halfName,
  listPlace,
  manifestName,
  openPlace,
  outOfRotation,
  placeError,
  removeBackup,
  sweepPlace,
} from './place.ts';
import { type Seen, seenIn, twinsOf } from './seen.ts';

export type BackupProgress = { stage: BackupStage; done: number; of: number };

export type Making = {
  dir: string;
  /** The folder that the backup goes to. */
  place: string;
  /** The person or the program that asked for it. */
  by: string;
  madeAt: string;
  /** Without it nothing is removed. */
  keep?: BackupKeep | undefined;
  /** It is called often. What it throws ends the making, and nothing of it stays. */
  onProgress: (progress: BackupProgress) => void;
  /** Lets others work for a moment. */
  pause: () => Promise<void>;
};

/** The station stops at less, see its interlock. */
const leastFreeBytes = 200 * 1024 * 1024;

/**
 * Makes, verifies and keeps a backup, and notes in `backups.json` how that ended.
 *
 * @throws backup.running – another process makes one
 * @throws backup.noPlace, backup.placeFull – of the folder of backups
 * @throws records.diskFull – of the disk of the data folder
 * @throws records.damaged – the records are not as the station left them, and no backup of them is made
 * @throws backup.damaged – the folder gave back other bytes than were written
 */
export async function makeBackup(making: Making): Promise<BackupTry> {
  const { dir, place, by, madeAt } = making;
  await readConfig(dir);
  const lock = lockBackups(dir);
  const facts = { at: madeAt, by, folder: place };
  try {
    const tried = { ...facts, ...(await make(making)) };
    addTry(dir, tried);
    return tried;
  } catch (thrown) {
    const error = unwritten(`the copy in ${dir}`, thrown);
    if (error.code !== 'call.cancelled') {
      const { code, detail } = error;
      addTry(dir, { ...facts, name: null, code, detail });
    }
    throw error;
  } finally {
    lock.release();
  }
}

/** One backup of a station is made or sent at a time, by whatever process. */
export function lockBackups(dir: string): { release(): void } {
  try {
    return lockSqlite(join(dir, 'backup.lock'));
  } catch (thrown) {
    if (!(thrown instanceof StationError) || thrown.code !== 'records.inUse') throw thrown;
    throw new StationError('backup.running', 'another backup of this station is being made or sent', { cause: thrown });
  }
}

async function make(making: Making): Promise<Omit<BackupTry, 'at' | 'by' | 'folder'>> {
  const { dir, place, keep } = making;
  await openPlace(place, dir);
  const publicKey = logPublicKey(paths(dir).records);
  const tag = hash('sha256', publicKey ?? new Uint8Array()).slice(0, 8);
  for (const name of readdirSync(dir))
    if (name.startsWith('.backup-')) rmSync(join(dir, name), { recursive: true, force: true });
  inPlace(place, () => sweepPlace(place, tag));
  assertRoom(dir);
  const work = mkdtempSync(join(dir, '.backup-'));
  try {
    const seen = await copyRecords(making, work, publicKey);
    const manifest = await collect(making, work, seen);
    const total = manifest.files.reduce((sum, { bytes }) => sum + bytes, 0);
    const before = inPlace(place, () => listPlace(place, seen.stationId));
    const twins = twinsOf(join(work, 'records.db'), seen, before);
    const name = inPlace(place, () => freeName(place, seen.stationId, making.madeAt));
    await write(making, { work, name, half: join(place, halfName(name, tag)), manifest, total });
    const own = before.filter((row) => row.problem === null && !twins.includes(row.name));
    const old = keep
      ? outOfRotation(
          [...own.map((row) => ({ name: row.name, madeAt: row.madeAt! })), { name, madeAt: making.madeAt }],
          keep,
          name,
        )
      : [];
    const removed = old.filter((one) => isRemoved(place, one, tag));
    return {
      ...{ name, bytes: total, size: manifest.log.size, root: manifest.log.root },
      ...(removed.length > 0 ? { removed } : {}),
      ...(statSync(dir).dev === statSync(place).dev ? { sameDisk: true as const } : {}),
      ...(twins.length > 0 ? { twins } : {}),
    };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** A name has its second. The second backup of one, e.g. by a command beside the schedule, has the next one's. */
function freeName(place: string, stationId: string, madeAt: string): string {
  const nameAt = (ms: number) => backupName(stationId, new Date(ms).toISOString());
  let ms = Date.parse(madeAt);
  while (existsSync(join(place, nameAt(ms)))) ms += 1000;
  return nameAt(ms);
}

/** An old backup that cannot be removed now is removed after the next one. */
function isRemoved(place: string, name: string, tag: string): boolean {
  try {
    removeBackup(place, name, tag);
    return true;
  } catch {
    return false;
  }
}

function inPlace<T>(place: string, act: () => T): T {
  try {
    return act();
  } catch (thrown) {
    throw placeError(place, thrown);
  }
}

/** @throws records.diskFull – the copy would take the room that the station needs */
function assertRoom(dir: string): void {
  const { records } = paths(dir);
  const needed = [records, `${records}-wal`].reduce(
    (sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
  const { bavail, bsize } = statfsSync(dir);
  if (bavail * bsize - needed >= leastFreeBytes) return;
  const mib = Math.ceil((needed + leastFreeBytes) / 1024 / 1024);
  throw new StationError('records.diskFull', `a backup needs ${mib} MiB free on the disk of the data folder`);
}

async function copyRecords(making: Making, work: string, publicKey: Uint8Array | undefined): Promise<Seen> {
  const copy = join(work, 'records.db');
  const say = (stage: BackupStage) => (done: number, of: number) => making.onProgress({ stage, done, of });
  const seen = await copySqlite(paths(making.dir).records, copy, seenIn, say('copying'));
  const steps = verifyFile(copy, { publicKey });
  for (;;) {
    const { value, done } = steps.next();
    if (!done) {
      say('verifying')(value.done, value.of);
      await making.pause();
      continue;
    }
    const { firstBad, root, size } = value;
    if (firstBad !== undefined) {
      const { where, meaning } = firstBad;
      throw new StationError(
        'records.damaged',
        `the records are not as the station left them, and no backup was made of them: ${where}: ${meaning}. Older backups are kept`,
      );
    }
    if (root !== seen.log.root || size !== seen.log.size)
      throw new StationError('records.failed', 'the copy of the records is not what was copied');
    return seen;
  }
}

/** Copies the other files beside the copy of the records, and lists them all. */
async function collect(making: Making, work: string, seen: Seen): Promise<BackupManifest> {
  const { dir, by, madeAt } = making;
  const { files, leftOut } = contentsOf(dir);
  const records = join(work, 'records.db');
  const listed: BackupManifest['files'] = [{ path: 'records.db', ...(await digestOf(records, making.pause)) }];
  for (const path of files) {
    mkdirSync(dirname(join(work, path)), { recursive: true, mode: 0o700 });
    listed.push({ path, ...(await copyFile(join(dir, path), join(work, path), making.pause)) });
  }
  const { stationId, name, practice, schema, log } = seen;
  return {
    ...{ format: 'birthmark-backup', version: 1, stationId, name, practice, madeAt, madeBy: by },
    ...{ program: version, schema, log, files: listed, leftOut },
  };
}

type Writing = { work: string; name: string; half: string; manifest: BackupManifest; total: number };

/** Writes it under another name, reads it back, and gives it its name. */
async function write(making: Making, { work, name, half, manifest, total }: Writing): Promise<void> {
  const { place } = making;
  const to = join(place, name);
  const counted = (stage: BackupStage) => {
    let done = 0;
    return async (bytes: number): Promise<void> => {
      done += bytes;
      making.onProgress({ stage, done, of: total });
      await making.pause();
    };
  };
  try {
    if (existsSync(to)) throw new StationError('backup.running', `${name} was made in this second: wait a moment`);
    const { bavail, bsize, blocks } = statfsSync(place);
    if (blocks > 0 && bavail * bsize < total)
      throw new StationError('backup.placeFull', `${place} is full: the backup has ${total} bytes`, {
        data: { folder: place },
      });
    mkdirSync(half, { mode: 0o700 });
    const folders = new Set([half, ...manifest.files.map(({ path }) => dirname(join(half, path)))]);
    for (const folder of folders) mkdirSync(folder, { recursive: true, mode: 0o700 });
    const writing = counted('writing');
    for (const { path } of manifest.files) await copyFile(join(work, path), join(half, path), writing);
    const checking = counted('checking');
    for (const { path, sha256 } of manifest.files)
      if ((await digestOf(join(half, path), checking)).sha256 !== sha256)
        throw new StationError('backup.damaged', `${place} gave back other bytes of ${path} than were written`);
    writeSynced(join(half, manifestName), `${JSON.stringify(manifest, null, 2)}\n`);
    for (const folder of folders) syncFolderHere(folder);
    renameSync(half, to);
    syncFolderHere(place);
  } catch (thrown) {
    try {
      rmSync(half, { recursive: true, force: true });
    } catch {
      // The drive is gone. The next backup sweeps it.
    }
    throw placeError(place, thrown);
  }
}
