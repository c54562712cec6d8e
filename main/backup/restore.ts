/**
 * Makes a data folder from a backup. All of it is made in a folder beside and renamed at the end, so that a crash leaves
 * either no station or a whole one.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Clock } from '../../app/contract/clock.ts';
import { StationError } from '../../app/contract/errors.ts';
import { isWithin, unwritten, whyUnwritten } from '../../app/files/index.ts';
import { createLedger } from '../../app/records/index.ts';
import { paths } from '../../app/station/index.ts';
import { makeBeside } from '../beside.ts';
import { openDatabaseHere } from '../threads/database.ts';
import { verifyRecords } from '../threads/verifyrecords.ts';
import { copyFile, syncFolderHere } from './bytes.ts';
import { checkBackup } from './check.ts';
import { type Continuity, continuityOf, type KnownCheckpoint } from './continuity.ts';

export type Restoring = {
  /** The folder of the backup. */
  from: string;
  /** The new data folder: empty or not there. */
  dir: string;
  given: readonly KnownCheckpoint[];
  before?: string | undefined;
  actor: string;
  clock: Clock;
  onProgress: (done: number, of: number) => void;
  pause: () => Promise<void>;
};

export type Restored = Continuity & {
  stationId: string;
  folder: string;
  backup: string;
  madeAt: string;
  size: number;
  root: string;
  /** Orders whose counts are in doubt. */
  orders: string[];
  /** What the data folder had and the backup has not, e.g. the secret of a webhook. */
  secretsLeftOut: string[];
};

/**
 * Restores a station. Its log goes on from the backup under a new key, with the entry `station.restored`.
 *
 * @throws backup.damaged – the backup is not whole, or not as it was made
 * @throws backup.notContinuous – a checkpoint contradicts it
 * @throws records.exists – the folder is not empty; call.badParams – it lies in the backup
 * @throws records.newer, records.diskFull, records.failed
 */
export async function restoreBackup(restoring: Restoring): Promise<Restored> {
  const { from, given, before, actor, clock } = restoring;
  const dir = resolve(restoring.dir);
  assertEmpty(dir);
  if (await isWithin(dir, from))
    throw new StationError(
      'call.badParams',
      `${dir} lies in the backup, which must stay as it is: name another folder`,
    );
  const { verdict, manifest } = await checkBackup(from, restoring);
  const [problem] = verdict.problems;
  if (problem !== undefined)
    throw new StationError(
      'backup.damaged',
      `${from} cannot be restored: ${problem.where}: ${problem.meaning}. Take an older one`,
    );
  const { madeAt, stationId, log } = manifest;
  const continuity = continuityOf(join(from, 'records.db'), { madeAt, given, before });
  const { folder: making, release } = makeBeside(dir, 'restoring');
  try {
    for (const { path, sha256 } of manifest.files) {
      mkdirSync(dirname(join(making, path)), { recursive: true, mode: 0o700 });
      const copied = await copyFile(join(from, path), join(making, path), restoring.pause);
      if (copied.sha256 !== sha256) throw new StationError('backup.damaged', `${path} changed while it was read`);
    }
    const { records } = paths(making);
    // Opening makes the new key of the log, because no backup has one.
    const database = openDatabaseHere(records);
    let orders: string[];
    try {
      const { lost, checkpoints } = continuity;
      orders = await createLedger(database, clock).noteRestore({
        ...{ backup: basename(from), madeAt, size: log.size, root: log.root, publicKey: log.publicKey },
        known: checkpoints.length === 0 ? null : Math.max(...checkpoints.map(({ size }) => size)),
        lost: lost?.leaves ?? null,
        actor,
      });
    } finally {
      await database.close();
    }
    const found = endOf(verifyRecords(records));
    if (found.firstBad !== undefined) {
      const { where, meaning } = found.firstBad;
      throw new StationError('backup.damaged', `what was restored is not as its log says: ${where}: ${meaning}`);
    }
    release();
    syncFolderHere(making);
    if (existsSync(dir)) rmdirSync(dir);
    renameSync(making, dir);
    syncFolderHere(dirname(dir));
    // The log goes on under a key that the restore has made.
    const isMissing = ({ path, why }: (typeof manifest.leftOut)[number]) =>
      why === 'secret' && path !== 'ca/log.key.pem';
    const secretsLeftOut = manifest.leftOut.filter(isMissing).map(({ path }) => path);
    const facts = { stationId, folder: dir, backup: basename(from), madeAt, size: log.size, root: log.root };
    return { ...facts, ...continuity, orders, secretsLeftOut };
  } catch (thrown) {
    release();
    rmSync(making, { recursive: true, force: true });
    throw unwritten(dir, thrown);
  }
}

function endOf(steps: ReturnType<typeof verifyRecords>) {
  for (;;) {
    const { value, done } = steps.next();
    if (done) return value;
  }
}

/** @throws records.exists, call.badParams */
export function assertEmpty(dir: string): void {
  let names: string[];
  try {
    names = readdirSync(dir);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return;
    const why = whyUnwritten(thrown);
    throw new StationError('call.badParams', `${dir} cannot be used as a data folder: ${why}`, { cause: thrown });
  }
  if (names.length > 0)
    throw new StationError('records.exists', `${dir} is not empty; choose an empty or new folder, nothing was changed`);
}
