/** Methods about backups of the station. */
import { z } from 'zod';
import { backupConfig, backupRow, backupsSnapshot } from './backups.ts';
import { possibleBucket } from './buckets.ts';
import { desk, done, engineer, type MethodSpec, method, none } from './method.ts';

export const backupMethods = {
  'backups.snapshot': method(none, backupsSnapshot, desk, false),
  /** The backups of this station in its folder, the latest first. @throws `backup.noPlace` */
  'backups.list': method(none, z.array(backupRow), desk, false),
  /**
   * The backups of this station in its bucket, the latest first; none without a bucket.
   *
   * @throws `backup.bucketPublic`; as the methods of `Cloud`
   */
  'backups.inBucket': method(none, z.array(backupRow), desk, false),
  /**
   * Begins a backup and returns; `backups.changed` shows how far it is.
   *
   * @throws `backup.noPlace` – no folder is set; `backup.running`
   */
  'backups.make': method(none, done, desk, 'backup.asked'),
  'backups.stop': method(none, done, engineer, false),
  /**
   * Where backups go, how often, and how long they are kept.
   *
   * @throws `call.badParams` – the folder is in the data folder, or is no folder; a bucket without a folder
   * @throws `backup.noPlace` – the folder cannot be written; `cloud.noTarget`, `cloud.bucket`, `cloud.denied`,
   * `cloud.credentials`, `backup.bucketPublic` – the bucket cannot be used. Where AWS is not reached, the settings are kept.
   */
  'backups.configure': method(backupConfig.refine(...possibleBucket), done, engineer, 'backup.configured'),
} as const satisfies Record<string, MethodSpec>;
