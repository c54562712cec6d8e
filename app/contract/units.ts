/** Units, their history, and the orders they belong to. */
import { z } from 'zod';
import { hex, isoTime, plainText, unitSerial } from './base.ts';
import { batchWay } from './batches.ts';
import { certificateState } from './certificates.ts';
import { firstConnection } from './firstconnections.ts';
import { labelRule } from './labelrule.ts';
import { targetName } from './targets.ts';

/** The state of a unit, computed from its journal. */
export const unitState = z.enum([
  'started',
  'issued',
  'passed',
  'failed',
  'error',
  'aborted',
  'registered',
  'rejected',
  /** Permanent, whatever the journal said before. */
  'scrapped',
]);
export type UnitState = z.infer<typeof unitState>;

export const unitRow = z.object({
  unitSerial: z.string(),
  state: unitState,
  model: z.string(),
  orderId: z.string(),
  practice: z.boolean(),
  hardwareId: z.string().nullable(),
  certificateId: z.string().nullable(),
  attempts: z.int(),
  updatedAt: isoTime,
  errorCode: z.string().nullable(),
});
export type UnitRow = z.infer<typeof unitRow>;

export const journalEntry = z.object({
  entryId: z.int(),
  at: isoTime,
  attempt: z.int(),
  /** A name of the catalogue of entries, or a name of another version. */
  entry: z.string(),
  step: z.string().nullable(),
  actor: z.string(),
  ms: z.number().nullable(),
  data: z.record(z.string(), z.unknown()),
});
export type JournalEntry = z.infer<typeof journalEntry>;

export const certificateRow = z.object({
  serialHex: hex,
  state: certificateState,
  certificateId: z.string().nullable(),
  subject: z.string(),
  notBeforeAt: isoTime,
  notAfterAt: isoTime,
  reservedAt: isoTime,
  issuedAt: isoTime.nullable(),
  pem: z.string().nullable(),
  /** The target whose AWS issued it by its own CA; null for a certificate of this station. */
  awsTarget: z.string().nullable(),
  /** The certificate that replaced it on rework, and the one that it replaced. */
  supersededBy: hex.nullable(),
  supersedes: hex.nullable(),
});

/** A unit with all its records. */
export const unitHistory = unitRow.extend({
  createdAt: isoTime,
  /** The hardware revision that its device reported; null when it reported none. */
  hardwareRevision: z.string().nullable(),
  journal: z.array(journalEntry),
  certificates: z.array(certificateRow),
  /** The CSRs as they came, also those that were refused, the oldest first. */
  requests: z.array(z.object({ attempt: z.int(), receivedAt: isoTime, spkiSha256: hex, pem: z.string() })),
  batches: z.array(
    z.object({
      batchId: z.string(),
      target: z.string(),
      way: batchWay,
      state: z.string(),
      thingName: z.string().nullable(),
      reason: z.string().nullable(),
    }),
  ),
  /** Whether it has connected for the first time: one for each target that it is to connect to. */
  connections: z.array(firstConnection),
});
export type UnitHistory = z.infer<typeof unitHistory>;

/** The target and the way of an order's units: each is registered seconds after its PASS. */
export const orderRegistration = z.strictObject({
  target: targetName,
  way: batchWay.exclude(['bulk']),
  /** More targets, for units that several accounts know. */
  also: z.array(targetName).min(1).max(19).optional(),
});
export type OrderRegistration = z.infer<typeof orderRegistration>;

/** The model of the units of a new order; one of an earlier version may have other signs. */
export const newModel = plainText(64);

export const orderState = z.enum(['open', 'paused', 'closed']);

export const order = z.object({
  orderId: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/, 'letters, digits, _ and -, at most 40, a letter or digit first'),
  model: z.string().min(1).max(64),
  quantity: z.int().min(1).max(1_000_000),
  /** The only profile for its units. */
  profile: z.string(),
  /** The range of its unit serials. Null means any. */
  serialFrom: unitSerial.nullable(),
  serialTo: unitSerial.nullable(),
  /** What its unit serials look like, see `fitsPattern`. Null means anything. */
  pattern: z.string().nullable(),
  /** The number of unit serials on its list. Null means that it has none. */
  listed: z.int().nullable(),
  /** When its units are to be made. Null means that no day was named. */
  dueAt: isoTime.nullable(),
  /** Nothing is issued from then on. Null means no end. */
  endsAt: isoTime.nullable(),
  /** The name of its recipe. Null means the approved one of its model. */
  recipe: z.string().nullable(),
  /** The rule for its labels. Null means that of its recipe or of the station. */
  label: labelRule.nullable(),
  /** How its units are registered while the line runs. Null means that they wait for a batch. */
  registration: orderRegistration.nullable(),
  /** A paused order takes no new units; those that were begun are finished. */
  state: orderState,
  issued: z.int(),
  passed: z.int(),
  /** Units whose last attempt failed. */
  failed: z.int(),
  /** How many more units may pass. */
  left: z.int(),
  /** Units that passed since a moment in the last hour. Null while nothing can be said. */
  pace: z.object({ passed: z.int(), sinceAt: isoTime, untilAt: isoTime }).nullable(),
  active: z.boolean(),
  createdAt: isoTime,
  /** The records were restored from a backup then, and its counts may be too low. Absent when they are not in doubt. */
  restoredAt: isoTime.optional(),
});
export type Order = z.infer<typeof order>;
