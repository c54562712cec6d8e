/** Backups of a station: where they go, how long they are kept, and what a backup says of itself. */
import { z } from 'zod';
import { hex, isoTime } from './base.ts';
import { bucketName, keyPrefix } from './buckets.ts';
import { type ErrorCode, errorCodes } from './errors.ts';
import { targetName } from './targets.ts';

const folderPath = z.string().min(1).max(400);

/** How many backups are kept: the latest one of each of so many days, weeks (from Monday) and months, by UTC. */
export const backupKeep = z.strictObject({
  daily: z.int().min(1).max(366),
  weekly: z.int().min(0).max(260),
  monthly: z.int().min(0).max(240),
});
export type BackupKeep = z.infer<typeof backupKeep>;

/** Where each backup goes after it was made in the folder. */
export const backupBucket = z.strictObject({
  /** The AWS target whose account and Region it is in. */
  target: targetName,
  /** Null means the bucket of the target. */
  bucket: bucketName.nullable(),
  prefix: keyPrefix,
});
export type BackupBucket = z.infer<typeof backupBucket>;

export const backupConfig = z.strictObject({
  /** A folder outside of the data folder, e.g. on a network drive. Null means that no backups are made by themselves. */
  folder: folderPath.nullable(),
  /** A bucket of S3 that gets each backup, too. Absent means none. It needs a folder. */
  bucket: backupBucket.optional(),
  everyHours: z.int().min(1).max(720),
  keep: backupKeep,
  /** A last good backup that is older than this is a finding of Health. */
  overdueHours: z.int().min(1).max(2160),
});
export type BackupConfig = z.infer<typeof backupConfig>;

export const usualBackups: BackupConfig = {
  folder: null,
  everyHours: 24,
  keep: { daily: 7, weekly: 5, monthly: 12 },
  overdueHours: 48,
};

/** A file in a backup, with `/` between folder and name. No name leads out of the backup. */
export const backupPath = z
  .string()
  .regex(/^(records\.db|station\.json|(ca|profiles|certificatejobs)\/[A-Za-z0-9][A-Za-z0-9._-]{0,120})$/);

/** `backup.json` in a backup. It is written last. */
export const backupManifest = z.strictObject({
  format: z.literal('birthmark-backup'),
  version: z.literal(1),
  stationId: z.uuid(),
  name: z.string(),
  practice: z.boolean(),
  madeAt: isoTime,
  madeBy: z.string(),
  /** The version of the program, and the number of migrations of the records. */
  program: z.string(),
  schema: z.int().min(0),
  /** Where the log stood. `root` and `publicKey` are in base64; `checkpoint` is the signed note, null without a signature. */
  log: z.strictObject({
    size: z.int().min(0),
    root: z.string(),
    publicKey: z.string().nullable(),
    checkpoint: z.string().nullable(),
  }),
  files: z.array(z.strictObject({ path: backupPath, bytes: z.int().min(0), sha256: hex })),
  /** What the data folder had and the backup has not. */
  leftOut: z.array(z.strictObject({ path: z.string(), why: z.enum(['secret', 'madeAgain', 'unknown']) })),
});
export type BackupManifest = z.infer<typeof backupManifest>;

/** A backup in a folder. `problem` says in English why it is none that could be restored; null when its list can be read. */
export const backupRow = z.object({
  name: z.string(),
  stationId: z.string().nullable(),
  madeAt: isoTime.nullable(),
  bytes: z.int(),
  size: z.int().nullable(),
  /** The public key that signed its log, base64. A restored station and its copy differ in it. */
  publicKey: z.string().nullable(),
  problem: z.string().nullable(),
});
export type BackupRow = z.infer<typeof backupRow>;

/** How one try to make a backup ended. */
export const backupTry = z.object({
  at: isoTime,
  by: z.string(),
  folder: z.string(),
  /** Null when none was made; then `code` and `detail` say why. */
  name: z.string().nullable(),
  bytes: z.int().optional(),
  /** Leaves of the log that it holds, and their root in base64. */
  size: z.int().optional(),
  root: z.string().optional(),
  code: z.string().optional(),
  detail: z.string().optional(),
  /** Backups that rotation removed after it. */
  removed: z.array(z.string()).optional(),
  /** The folder is on the same disk as the data folder. */
  sameDisk: z.literal(true).optional(),
  /** Backups in the folder that another copy of this station made. */
  twins: z.array(z.string()).optional(),
});
export type BackupTry = z.infer<typeof backupTry>;

/** How one try to send a backup to a bucket ended. */
export const backupSent = z.object({
  at: isoTime,
  by: z.string(),
  /** `s3://bucket/prefix/`. */
  place: z.string(),
  name: z.string(),
  /** Absent when it is there, whole. */
  code: z.enum(errorCodes).optional(),
  detail: z.string().optional(),
  bytes: z.int().optional(),
  /** Backups in the bucket that rotation removed after it. */
  removed: z.array(z.string()).optional(),
  /** Backups in the bucket that another copy of this station made. */
  twins: z.array(z.string()).optional(),
});
export type BackupSent = z.infer<typeof backupSent>;

export const backupStage = z.enum(['copying', 'verifying', 'writing', 'checking', 'sending']);
export type BackupStage = z.infer<typeof backupStage>;

export const backupsSnapshot = z.object({
  seq: z.int(),
  config: backupConfig,
  /** What is under way; null when nothing is. `done` of `of` are bytes or steps of the stage. */
  running: z.object({ stage: backupStage, done: z.number(), of: z.number(), since: isoTime }).nullable(),
  lastGood: backupTry.nullable(),
  /** The last try, when it was not good. */
  lastFailed: backupTry.nullable(),
  /** The bucket; null without one. `last` is the last backup that arrived; `failed` the last try, when it was not good. */
  bucket: z
    .object({
      place: z.string(),
      last: backupSent.nullable(),
      failed: backupSent.nullable(),
      /** When the next try comes; null when the last backup is there. */
      nextAt: isoTime.nullable(),
    })
    .nullable(),
  overdue: z.boolean(),
  /** When the next one is made; null without a folder. */
  nextAt: isoTime.nullable(),
});
export type BackupsSnapshot = z.infer<typeof backupsSnapshot>;

/** What a person can do about a backup that was not sent, by the error. */
export function sendRemedyOf(code: ErrorCode) {
  if (code === 'cloud.credentials') return 'renewCredentials';
  if (code === 'cloud.denied') return 'giveBackupRights';
  if (code === 'backup.bucketPublic') return 'closeBucket';
  if (code === 'cloud.unreachable' || code === 'cloud.throttled') return 'waitForAws';
  return code.startsWith('backup.') ? 'connectBackups' : 'checkBackupBucket';
}
export type SendRemedy = ReturnType<typeof sendRemedyOf>;
