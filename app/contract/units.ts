/** Units, their history, and the orders they belong to. */
import { z } from 'zod';
import { hex, isoTime, unitSerial } from './base.ts';
import { certificateState } from './certificates.ts';
import { labelRule } from './labelrule.ts';

/** Where a unit stands, computed from its journal. */
export const unitState = z.enum([
  'started',
  'issued',
  'passed',
  'failed',
  'error',
  'aborted',
  'registered',
  'rejected',
  /** For ever; whatever the journal said before. */
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
  /** A name of the catalogue of entries, or one of another version's. */
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
  /** The certificate that took its place on rework, and the one it took the place of. */
  supersededBy: hex.nullable(),
  supersedes: hex.nullable(),
});

/** A unit with everything that is on record about it. */
export const unitHistory = unitRow.extend({
  createdAt: isoTime,
  /** What its device said of its board; null where it did not tell. */
  hardwareRevision: z.string().nullable(),
  journal: z.array(journalEntry),
  certificates: z.array(certificateRow),
  batches: z.array(
    z.object({
      batchId: z.string(),
      state: z.string(),
      thingName: z.string().nullable(),
      reason: z.string().nullable(),
    }),
  ),
});
export type UnitHistory = z.infer<typeof unitHistory>;

export const order = z.object({
  orderId: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/),
  model: z.string().min(1).max(64),
  quantity: z.int().min(1).max(1_000_000),
  /** The only profile it may be issued under. */
  profile: z.string(),
  /** Unit serials it may be issued for; null for any. */
  serialFrom: unitSerial.nullable(),
  serialTo: unitSerial.nullable(),
  /** Nothing is issued from then on; null for no end. */
  endsAt: isoTime.nullable(),
  /** Name of the recipe it is made by; null for the approved one of its model. */
  recipe: z.string().nullable(),
  /** How its labels are read; null for what its recipe or the station says. */
  label: labelRule.nullable(),
  state: z.enum(['open', 'closed']),
  issued: z.int(),
  passed: z.int(),
  active: z.boolean(),
  createdAt: isoTime,
});
export type Order = z.infer<typeof order>;
