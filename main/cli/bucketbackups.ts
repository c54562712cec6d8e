/** Backups in S3, as commands name them: `s3://bucket/prefix/NAME`. */
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { BackupConfig, BackupSent } from '../../app/contract/backups.ts';
import { isBucketName, keyPrefix } from '../../app/contract/buckets.ts';
import { type CloudTarget, StationError } from '../../app/contract/index.ts';
import type { BucketConnection, ObjectStore } from '../../app/registration/index.ts';
import { readConfig } from '../../app/station/index.ts';
import { sendBackup } from '../backup/bucket.ts';
import { backupFolder } from '../backup/check.ts';
import { fetchBackup } from '../backup/fetch.ts';
import { isName } from '../backup/place.ts';
import { makeBeside } from '../beside.ts';
import { systemClock } from '../clock.ts';
import { dataFolder } from '../datafolders.ts';

export type BucketFlags = {
  target?: string;
  settings?: string;
  region?: string;
  profile?: string;
  endpointUrl?: string;
};

/** How AWS is reached. Where nothing is left of a station, its Region is enough. */
export const withBucket = (command: Command): Command =>
  command
    .option('--target <name>', 'for s3://…: an AWS target of the settings')
    .option('--settings <dir>', 'a data folder, whole or damaged, whose settings have the target')
    .option('--region <region>', 'for s3://…, in place of a target: the AWS Region of the bucket')
    .option('--profile <name>', "a profile of this PC's AWS settings; without it, the SDK's default chain")
    .option('--endpoint-url <url>', 'an endpoint other than AWS, such as a practice AWS');

const scheme = 's3://';
export const isBucket = (text: string): boolean => text.startsWith(scheme);

/** A place in S3; `name` is that of a backup, when it ends with one. @throws call.badParams */
export function bucketPlace(text: string): { bucket: string; prefix: string; name: string | undefined } {
  const [bucket = '', ...keys] = text
    .slice(scheme.length)
    .replace(/\/+$/, '')
    .replace(/\/backup\.json$/, '')
    .split('/');
  const last = keys.at(-1);
  const name = last !== undefined && isName(last) ? last : undefined;
  const folders = name === undefined ? keys : keys.slice(0, -1);
  const prefix = folders.map((one) => `${one}/`).join('');
  if (!isBucketName(bucket) || !keyPrefix.safeParse(prefix).success)
    throw new StationError('call.badParams', `${text} is no place of backups: s3://bucket/prefix/NAME`);
  return { bucket, prefix, name };
}

/** Opens the bucket for one act. @throws call.badParams – the flags do not say how; cloud.noTarget */
export async function inBucket<T>(
  bucket: string,
  { target, settings, region, profile, endpointUrl }: BucketFlags,
  act: (store: ObjectStore) => Promise<T>,
): Promise<T> {
  if (target === undefined && region === undefined)
    throw new StationError(
      'call.badParams',
      'say how AWS is reached: --target NAME --settings DIR, or --region REGION',
    );
  const of = target === undefined ? {} : targetIn(await readConfig(resolve(settings ?? dataFolder('real'))), target);
  const given = Object.fromEntries(
    Object.entries({ region, profile, endpointUrl }).filter(([, value]) => value !== undefined),
  );
  return withStore({ ...of, ...given, bucket } as BucketConnection, act);
}

async function withStore<T>(connection: BucketConnection, act: (store: ObjectStore) => Promise<T>): Promise<T> {
  const { createObjectStore } = await import('../../app/registration/index.ts');
  const store = await createObjectStore(connection);
  try {
    return await act(store);
  } finally {
    store.close();
  }
}

function targetIn({ targets }: { targets: readonly CloudTarget[] }, name: string): CloudTarget {
  const found = targets.find((one) => one.name === name);
  if (found) return found;
  throw new StationError('cloud.noTarget', `the settings have no AWS target ${name}`, { data: { name } });
}

type Shown = (done: number, of: number) => void;
/** How a backup is fetched. The signal ends it. */
type Fetching = { flags: BucketFlags; onProgress: Shown; signal: AbortSignal };

/** Fetches a backup into a folder. @returns its folder there */
export function fetched(from: string, to: string, { flags, onProgress, signal }: Fetching): Promise<string> {
  const { bucket, prefix, name } = bucketPlace(from);
  if (name === undefined)
    throw new StationError(
      'call.badParams',
      `${from} names no backup: s3://bucket/prefix/NAME, see "backup list --in"`,
    );
  return inBucket(bucket, flags, (store) => fetchBackup({ store, prefix, name, to, onProgress, signal }));
}

/** Acts on a backup in a folder. One in S3 is fetched into a folder beside `beside` first, which goes afterwards. */
export async function withBackup<T>(
  from: string,
  { beside, ...how }: Fetching & { beside: string },
  act: (folder: string) => Promise<T>,
): Promise<T> {
  if (!isBucket(from)) return act(resolve(backupFolder(from)));
  const { folder: work, release } = makeBeside(beside, 'fetching');
  try {
    return await act(await fetched(from, work, how));
  } finally {
    release();
    rmSync(work, { recursive: true, force: true });
  }
}

/** Sends a backup of the folder of the settings to their bucket; null without one. What fails is returned. */
export async function sentBy(
  by: string,
  { dir, name, backup, targets }: { dir: string; name: string; backup: BackupConfig; targets: readonly CloudTarget[] },
  shown: { onProgress: Shown; pause: () => Promise<void>; signal: AbortSignal },
): Promise<BackupSent | { error: StationError; place: string } | null> {
  const { bucket: set, folder, keep } = backup;
  if (set === undefined || folder === null) return null;
  const { prefix } = set;
  let place = `${scheme}${set.bucket ?? set.target}/${prefix}`;
  try {
    const target = targetIn({ targets }, set.target);
    const bucket = set.bucket ?? target.bucket;
    place = `${scheme}${bucket}/${prefix}`;
    const at = systemClock.now().toISOString();
    return await withStore({ ...target, bucket }, (store) =>
      sendBackup({
        ...{ dir, folder, name, store, prefix, place, by, at, keep },
        onProgress: ({ done, of }) => shown.onProgress(done, of),
        ...{ pause: shown.pause, signal: shown.signal },
      }),
    );
  } catch (thrown) {
    if (thrown instanceof StationError) return { error: thrown, place };
    throw thrown;
  }
}
