/**
 * Backups in a bucket of S3: `PREFIX/NAME/…`, the files as they are in the folder. `backup.json` comes last and goes first,
 * so that what has it is whole.
 */
import { createHash, hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { type BackupKeep, type BackupManifest, type BackupSent, backupManifest } from '../../app/contract/backups.ts';
import { StationError } from '../../app/contract/errors.ts';
import type { Checksums, ObjectStore } from '../../app/registration/index.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { addSent, readHistory } from './history.ts';
import { type BackupProgress, lockBackups } from './make.ts';
import {
  backupsFirst,
  isName,
  manifestName,
  outOfRotation,
  type PlacedBackup,
  placeError,
  readManifest,
} from './place.ts';
import { seenIn, twinsOf } from './seen.ts';

export type Sending = {
  dir: string;
  /** The folder of backups, and the backup in it. */
  folder: string;
  name: string;
  store: ObjectStore;
  prefix: string;
  /** `s3://bucket/prefix/`. */
  place: string;
  by: string;
  at: string;
  /** Without it nothing is removed. */
  keep?: BackupKeep | undefined;
  onProgress: (progress: BackupProgress) => void;
  pause: () => Promise<void>;
  signal?: AbortSignal | undefined;
};

const mib = 1024 * 1024;
/** S3 takes 10,000 parts of 5 MiB at least, except for the last one ("Amazon S3 multipart upload limits"). */
const leastPart = 16 * mib;
const mostParts = 9000;
const mostManifestBytes = 4 * mib;

/**
 * Sends a backup that is whole, verifies it in the bucket, removes what is out of rotation there, and notes in
 * `backups.json` how that ended. What a crash left of an earlier one is sent again or removed.
 *
 * @throws backup.running – another process makes or sends one
 * @throws backup.damaged, backup.noPlace – of the folder of backups
 * @throws backup.bucketPublic; as the methods of `ObjectStore`
 */
export async function sendBackup(sending: Sending): Promise<BackupSent> {
  const { dir, by, at, place, name } = sending;
  const lock = lockBackups(dir);
  const facts = { at, by, place, name };
  try {
    const sent = { ...facts, ...(await send(sending)) };
    addSent(dir, sent);
    return sent;
  } catch (thrown) {
    const error = placeError(sending.folder, thrown);
    const { code, detail } = error;
    if (code !== 'call.cancelled') addSent(dir, { ...facts, code, detail });
    throw error;
  } finally {
    lock.release();
  }
}

async function send(sending: Sending): Promise<Pick<BackupSent, 'bytes' | 'removed' | 'twins'>> {
  const { dir, folder, name, store, prefix, keep, signal, onProgress } = sending;
  const from = join(folder, name);
  const manifest = readManifest(from);
  await store.assertUsable(signal);
  await sweep(sending, new Set(readHistory(dir).tries.flatMap((tried) => tried.name ?? [])));
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  let done = 0;
  const onSent = (part: number) => {
    done += part;
    onProgress({ stage: 'sending', done, of: bytes });
  };
  onSent(0);
  for (const { path, sha256 } of manifest.files) await sendFile(sending, path, sha256, onSent);
  const list = hash('sha256', readFileSync(join(from, manifestName)));
  await sendFile(sending, manifestName, list, () => {});
  const there = await bucketBackups(store, prefix, manifest.stationId, signal);
  if (there.find((row) => row.name === name)?.problem !== null) {
    await store.remove([`${prefix}${name}/${manifestName}`], signal);
    throw new StationError(
      'backup.damaged',
      `${name} is not whole in the bucket after it was sent: another program works there`,
    );
  }
  const sql = openSqlite(join(from, 'records.db'), { readOnly: true });
  let twins: string[];
  try {
    twins = twinsOf(join(from, 'records.db'), seenIn(sql), there);
  } finally {
    sql.close();
  }
  const own = there.flatMap((row) =>
    row.problem === null && row.madeAt !== null && !twins.includes(row.name)
      ? [{ name: row.name, madeAt: row.madeAt }]
      : [],
  );
  const removed: string[] = [];
  for (const old of keep ? outOfRotation(own, keep, name) : []) if (await isRemoved(sending, old)) removed.push(old);
  return { bytes, ...(removed.length > 0 ? { removed } : {}), ...(twins.length > 0 ? { twins } : {}) };
}

/** An old backup that cannot be removed now, e.g. because it is locked, is removed after another one. */
async function isRemoved({ store, prefix, signal }: Sending, name: string): Promise<boolean> {
  try {
    const keys = (await store.list(`${prefix}${name}/`, signal)).map(({ key }) => key);
    const manifest = `${prefix}${name}/${manifestName}`;
    await store.remove([manifest, ...keys.filter((key) => key !== manifest)], signal);
    return true;
  } catch (thrown) {
    if (signal?.aborted) throw thrown;
    return false;
  }
}

/** Removes what this data folder began and did not end. Half ones of other copies of the station are theirs. */
async function sweep({ name, store, prefix, signal }: Sending, ours: ReadonlySet<string>): Promise<void> {
  const nameIn = (key: string) => key.slice(prefix.length).split('/', 1)[0] ?? '';
  // That of this backup goes on where it broke off.
  const isGivenUp = (key: string) => ours.has(nameIn(key)) && nameIn(key) !== name;
  await store.abortUploads(`${prefix}birthmark-`, isGivenUp, signal);
  const keys = (await store.list(`${prefix}birthmark-`, signal)).map(({ key }) => key);
  const whole = new Set(keys.filter((key) => key.endsWith(`/${manifestName}`)).map(nameIn));
  const half = keys.filter((key) => ours.has(nameIn(key)) && !whole.has(nameIn(key)) && nameIn(key) !== name);
  await store.remove(half, signal);
}

/** One file, read twice: for its digests, and to be sent. S3 refuses a part that has another digest by then. */
async function sendFile(
  { folder, name, store, prefix, pause, signal }: Sending,
  path: string,
  sha256: string,
  onSent: (bytes: number) => void,
): Promise<void> {
  const file = join(folder, name, path);
  const { checksums, digest, partBytes } = await checksumsOf(file, pause);
  if (digest !== sha256) throw new StationError('backup.damaged', `${path} in ${name} is not as it was written`);
  const key = `${prefix}${name}/${path}`;
  const isThere = async () => {
    const found = await store.head(key, signal);
    return found?.bytes === checksums.bytes && found.checksum === checksums.whole;
  };
  if (!(await isThere())) {
    try {
      await store.put(key, checksums, partsOf(file, partBytes, { pause, onSent }), signal);
    } catch (thrown) {
      // The answer may be lost and the object there.
      if (signal?.aborted || !(await isThere().catch(() => false))) throw thrown;
    }
    if (!(await isThere()))
      throw new StationError('cloud.badAnswer', `${key} has another size or checksum in the bucket than was sent`);
  } else onSent(checksums.bytes);
}

async function checksumsOf(
  file: string,
  pause: () => Promise<void>,
): Promise<{ checksums: Checksums; digest: string; partBytes: number }> {
  const all = createHash('sha256');
  const handle = openSync(file, 'r');
  try {
    const partBytes = partBytesOf(handle);
    const digests: Buffer[] = [];
    let bytes = 0;
    for await (const part of read(handle, partBytes, pause)) {
      all.update(part);
      digests.push(hash('sha256', part, 'buffer'));
      bytes += part.length;
    }
    const parts = digests.map((one) => one.toString('base64'));
    const [first = ''] = parts;
    const whole = parts.length === 1 ? first : `${hash('sha256', Buffer.concat(digests), 'base64')}-${parts.length}`;
    return { checksums: { bytes, parts, whole }, digest: all.digest('hex'), partBytes };
  } finally {
    closeSync(handle);
  }
}

async function* partsOf(
  file: string,
  partBytes: number,
  { pause, onSent }: { pause: () => Promise<void>; onSent: (bytes: number) => void },
): AsyncGenerator<Buffer> {
  const handle = openSync(file, 'r');
  try {
    for await (const part of read(handle, partBytes, pause)) {
      yield part;
      onSent(part.length);
    }
  } finally {
    closeSync(handle);
  }
}

/** The parts of a file, at least one. The next one takes the place of the one before. */
async function* read(handle: number, partBytes: number, pause: () => Promise<void>): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(partBytes);
  for (let count = 0; ; count += 1) {
    let filled = 0;
    for (;;) {
      const bytes = readSync(handle, buffer, filled, Math.min(mib, partBytes - filled), null);
      filled += bytes;
      await pause();
      if (bytes === 0 || filled === partBytes) break;
    }
    if (filled > 0 || count === 0) yield buffer.subarray(0, filled);
    if (filled < partBytes) return;
  }
}

/**
 * The backups in a bucket, the latest first, as `listPlace` has those of a folder: of one station, or of all. Those without
 * their list are not among them.
 *
 * @throws as the methods of `ObjectStore`
 */
export async function bucketBackups(
  store: ObjectStore,
  prefix: string,
  stationId?: string,
  signal?: AbortSignal,
): Promise<PlacedBackup[]> {
  const sizes = new Map<string, Map<string, number>>();
  for (const { key, bytes } of await store.list(prefix, signal)) {
    const [name = '', ...path] = key.slice(prefix.length).split('/');
    if (!isName(name)) continue;
    const files = sizes.get(name) ?? new Map<string, number>();
    sizes.set(name, files.set(path.join('/'), bytes));
  }
  const rows: PlacedBackup[] = [];
  for (const [name, files] of sizes) {
    if (!files.has(manifestName)) continue;
    const none = { name, stationId: null, madeAt: null, bytes: 0, size: null, publicKey: null };
    try {
      const { stationId: of, madeAt, files: listed, log } = await manifestIn(store, `${prefix}${name}/`, signal);
      const other = listed.find(({ path, bytes }) => files.get(path) !== bytes);
      const problem = other === undefined ? null : `${other.path} is missing or has another size`;
      const bytes = listed.reduce((sum, file) => sum + file.bytes, 0);
      rows.push({ name, stationId: of, madeAt, bytes, size: log.size, publicKey: log.publicKey, problem, log });
    } catch (thrown) {
      if (!(thrown instanceof StationError) || thrown.code !== 'backup.damaged') throw thrown;
      rows.push({ ...none, problem: thrown.detail });
    }
  }
  return backupsFirst(rows, stationId);
}

/**
 * The list of a backup in a bucket.
 *
 * @param at the beginning of its keys
 * @throws backup.damaged – it cannot be read as one; as `ObjectStore.get`
 */
export async function manifestIn(store: ObjectStore, at: string, signal?: AbortSignal): Promise<BackupManifest> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of await store.get(`${at}${manifestName}`, signal)) {
    bytes += piece.length;
    if (bytes > mostManifestBytes) break;
    pieces.push(piece);
  }
  try {
    return backupManifest.parse(JSON.parse(Buffer.concat(pieces).toString('utf8')));
  } catch (cause) {
    throw new StationError('backup.damaged', `${at}${manifestName} cannot be read as the list of a backup`, { cause });
  }
}

const partBytesOf = (handle: number): number =>
  Math.max(leastPart, Math.ceil(fstatSync(handle).size / mostParts / mib) * mib);
