/** A backup from a bucket in a folder, as it was before it was sent. */
import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StationError } from '../../app/contract/errors.ts';
import { writeSynced } from '../../app/files/index.ts';
import type { ObjectStore } from '../../app/registration/index.ts';
import type { Beside } from '../../app/station/index.ts';
import { openBeside } from '../beside.ts';
import { manifestIn } from './bucket.ts';
import { syncFolderHere } from './bytes.ts';
import { manifestName, placeError } from './place.ts';

export type Fetching = {
  store: ObjectStore;
  /** The beginning of its keys in the bucket, and its name. */
  prefix: string;
  name: string;
  /** The folder that it goes into; it is made if need be. */
  to: string;
  onProgress: (done: number, of: number) => void;
  /** Ends it, and nothing of it stays. */
  signal?: AbortSignal | undefined;
};

/**
 * Fetches a backup and holds each file against its digest. It has its name in the folder when it is whole.
 *
 * @returns its folder
 * @throws backup.damaged – the bucket has no such backup, or gave other bytes than its list says
 * @throws backup.noPlace, backup.placeFull – of the folder; as `ObjectStore.get`
 */
export async function fetchBackup({ store, prefix, name, to, onProgress, signal }: Fetching): Promise<string> {
  const at = `${prefix}${name}/`;
  const whole = join(to, name);
  if (existsSync(whole)) throw new StationError('records.exists', `${whole} is there already; nothing was changed`);
  const manifest = await manifestIn(store, at, signal).catch((thrown: unknown) => {
    const isMissing = thrown instanceof StationError && thrown.data?.awsError === 'NoSuchKey';
    throw isMissing
      ? new StationError('backup.damaged', `the bucket has no whole backup ${at}`, { cause: thrown })
      : thrown;
  });
  const total = manifest.files.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  let made: Beside | undefined;
  try {
    mkdirSync(to, { recursive: true, mode: 0o700 });
    made = openBeside(whole, 'fetching');
    const half = made.folder;
    for (const { path, sha256 } of manifest.files) {
      mkdirSync(dirname(join(half, path)), { recursive: true, mode: 0o700 });
      const digest = await write(await store.get(`${at}${path}`, signal), join(half, path), (bytes) => {
        signal?.throwIfAborted();
        done += bytes;
        onProgress(done, total);
      });
      if (digest !== sha256)
        throw new StationError(
          'backup.damaged',
          `the bucket gave other bytes of ${at}${path} than were sent. Take an older one`,
        );
    }
    writeSynced(join(half, manifestName), `${JSON.stringify(manifest, null, 2)}\n`);
    made.release();
    syncFolderHere(half);
    renameSync(half, whole);
    syncFolderHere(to);
    return whole;
  } catch (thrown) {
    made?.release();
    if (made) rmSync(made.folder, { recursive: true, force: true });
    throw placeError(to, thrown);
  }
}

/** The SHA-256 of what was written, lower-case hex. */
async function write(body: AsyncIterable<Uint8Array>, file: string, onBytes: (bytes: number) => void): Promise<string> {
  const hash = createHash('sha256');
  const handle = openSync(file, 'wx', 0o600);
  try {
    for await (const piece of body) {
      for (let at = 0; at < piece.length; ) at += writeSync(handle, piece, at);
      hash.update(piece);
      onBytes(piece.length);
    }
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  return hash.digest('hex');
}
