/** Checkpoints of the log that the station publishes by itself: when, where to, and to which witnesses. */
import { z } from 'zod';
import { isoTime } from './base.ts';
import { bucketName, keyPrefix } from './buckets.ts';
import { errorCodes } from './errors.ts';
import { targetName } from './targets.ts';

/** A time of the day on the station's wall clock. */
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time such as 06:00');

/** The public key of a witness as c2sp.org/signed-note writes it: `name+id+key`. */
export const witnessKey = z.string().regex(/^[^\s+]{1,200}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}$/, 'a key: name+id+key');

export const checkpointBucket = z.strictObject({
  /** The AWS target whose account and Region it is in. */
  target: targetName,
  /** Null means the bucket of the target. */
  bucket: bucketName.nullable(),
  prefix: keyPrefix,
  /** S3 Object Lock: until then no one removes or replaces the object. Null for none. */
  lock: z.strictObject({ mode: z.enum(['GOVERNANCE', 'COMPLIANCE']), days: z.int().min(1).max(36_500) }).nullable(),
});
export type CheckpointBucket = z.infer<typeof checkpointBucket>;

export const checkpointWitness = z.strictObject({
  /** The submission prefix (c2sp.org/tlog-witness). */
  url: z
    .url({ protocol: /^https?$/ })
    .max(400)
    .refine((text) => !/[?#@]/.test(text), 'an address without ? # and @'),
  key: witnessKey,
});

export const checkpointConfig = z.strictObject({
  /** Null means: not by the hour. */
  everyHours: z.int().min(1).max(720).nullable(),
  /** Once a day at this time; null means not. */
  at: timeOfDay.nullable(),
  /** When a shift is over by the calendar, is handed over, or its last person signs out. */
  shiftEnd: z.boolean(),
  /** A last published checkpoint that is older than this is a finding of Health. */
  overdueHours: z.int().min(1).max(2160),
  /** A folder outside of the data folder, best where the station's owner cannot change what is there. */
  folder: z.string().min(1).max(400).nullable(),
  bucket: checkpointBucket.nullable(),
  witnesses: z
    .array(checkpointWitness)
    .max(8)
    .refine(
      (all) => new Set(all.map(({ key }) => key.split('+')[0])).size === all.length,
      'two witnesses have one name',
    ),
});
export type CheckpointConfig = z.infer<typeof checkpointConfig>;

export const usualCheckpoints: CheckpointConfig = {
  ...{ everyHours: 24, at: null, shiftEnd: true, overdueHours: 48 },
  ...{ folder: null, bucket: null, witnesses: [] },
};

/** Why a checkpoint was published. `retry`: an earlier try had failed. */
export const publishReason = z.enum(['schedule', 'shift', 'export', 'asked', 'retry']);
export type PublishReason = z.infer<typeof publishReason>;

export const checkpointPlaceKinds = ['folder', 'bucket', 'witness'] as const;

/** A place that checkpoints go to, and how the last tries ended. */
export const checkpointPlace = z.object({
  kind: z.enum(checkpointPlaceKinds),
  /** The folder, `s3://bucket/prefix`, or the name of the witness. */
  name: z.string(),
  /** The last one that arrived. `root` is in base64. */
  last: z.object({ at: isoTime, size: z.int(), root: z.string() }).nullable(),
  /** The tries since then that failed. */
  failed: z
    .object({ at: isoTime, code: z.enum(errorCodes), detail: z.string(), tries: z.int(), nextTryAt: isoTime })
    .nullable(),
  /** When the next one goes by the clock; null when only an act brings it. */
  nextAt: isoTime.nullable(),
});
export type CheckpointPlace = z.infer<typeof checkpointPlace>;

/**
 * A witness holds another log of this station: a longer one (`held` > `size`), or another one of that size. `proved`: it
 * showed a checkpoint that this station signed.
 */
export const contradiction = z.object({
  at: isoTime,
  witness: z.string(),
  held: z.int(),
  size: z.int(),
  proved: z.boolean(),
});
export type Contradiction = z.infer<typeof contradiction>;

export const checkpointsSnapshot = z.object({
  seq: z.int(),
  config: checkpointConfig,
  running: z.boolean(),
  places: z.array(checkpointPlace),
  /** Since the last declared restore, the latest first. */
  contradictions: z.array(contradiction),
  /** No checkpoint arrived anywhere for longer than the settings say. */
  overdue: z.boolean(),
  /** The key of the log (name+id+key) that witnesses and readers need; null before the log is signed. */
  logKey: z.string().nullable(),
});
export type CheckpointsSnapshot = z.infer<typeof checkpointsSnapshot>;

/** A published checkpoint as the audit log has it. */
export const publishedRow = z.object({
  at: isoTime,
  place: z.string(),
  size: z.int(),
  root: z.string(),
  why: publishReason,
  cosigned: z.boolean(),
});
export type PublishedRow = z.infer<typeof publishedRow>;
