/** QA's desk: lists in windows, what a search finds, the overview, and views that people saved. */
import { z } from 'zod';
import { borderTime, hex, isoTime } from './base.ts';
import { batchState } from './batches.ts';
import { certificateState } from './certificates.ts';
import { errorCodes } from './errors.ts';
import { unitState } from './units.ts';

/** A list counts and scrolls through so many rows at a time. The rows behind them are a further window of it. */
export const windowRows = 10_000;

/** Where a window begins: behind the row with this key. It means something in the same list with the same order only. */
export const listCursor = z.strictObject({ key: z.union([z.string().max(256), z.int()]), tie: z.int() });
export type ListCursor = z.infer<typeof listCursor>;

/** Which part of a list: `offset` counts from the first row behind `after`. */
export const listPart = {
  after: listCursor.optional(),
  offset: z.int().min(0).max(windowRows).default(0),
  limit: z.int().min(1).max(500).default(100),
};

/**
 * One page of a window. `total` counts the window's rows, `windowRows` at the most; `more` says that rows come behind
 * them. `next` is the place behind the last row of this page; null where the list ends with it.
 */
export const pageOf = <R extends z.ZodType>(row: R) =>
  z.object({ total: z.int(), more: z.boolean(), rows: z.array(row), next: listCursor.nullable() });

export const descending = z.boolean().optional();

/** What the unit list can be put in order by. The default is its last change, the latest first. */
export const unitOrder = z.enum(['updatedAt', 'unitSerial', 'orderId', 'model']);
export type UnitOrder = z.infer<typeof unitOrder>;

export const unitFilter = z.strictObject({
  query: z.string().max(128).optional(),
  state: unitState.optional(),
  orderId: z.string().max(128).optional(),
  model: z.string().max(128).optional(),
  errorCode: z.string().max(64).optional(),
  /** Changed last in this period: from `since`, and before `until`. */
  since: borderTime.optional(),
  until: borderTime.optional(),
  orderBy: unitOrder.optional(),
  descending,
});
export type UnitFilter = z.infer<typeof unitFilter>;

/** The default is when the serial was reserved, the latest first. */
export const certificateOrder = z.enum(['reservedAt', 'notAfterAt', 'serialHex']);
export type CertificateOrder = z.infer<typeof certificateOrder>;

export const certificateFilter = z.strictObject({
  /** The beginning of a unit serial, certificate serial or certificate id. */
  query: z.string().max(128).optional(),
  state: certificateState.optional(),
  /** Only certificates of this CA. */
  issuerId: hex.optional(),
  /** Reserved in this period. */
  since: borderTime.optional(),
  until: borderTime.optional(),
  orderBy: certificateOrder.optional(),
  descending,
});
export type CertificateFilter = z.infer<typeof certificateFilter>;

/** The audit log is in the order of its sequence numbers, the latest first unless `descending` is false. */
export const auditFilter = z.strictObject({
  entry: z.string().max(64).optional(),
  actor: z.string().max(256).optional(),
  /** The whole subject: a unit serial, a certificate serial, an order … */
  subject: z.string().max(256).optional(),
  since: borderTime.optional(),
  until: borderTime.optional(),
  descending,
});
export type AuditFilter = z.infer<typeof auditFilter>;

export const auditRow = z.object({
  seq: z.int(),
  at: isoTime,
  entry: z.string(),
  actor: z.string(),
  subject: z.string(),
  data: z.record(z.string(), z.unknown()),
});

/** The most hits of a group. `more` says that the group has further ones. */
export const hitsShown = 8;
const group = <R extends z.ZodType>(row: R) => z.object({ hits: z.array(row), more: z.boolean() });

export const found = z.object({
  /** The unit or certificate that has exactly this serial or id. */
  exact: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('unit'), unitSerial: z.string() }),
      z.object({ kind: z.literal('certificate'), serialHex: hex }),
    ])
    .nullable(),
  units: group(z.object({ unitSerial: z.string(), state: unitState, orderId: z.string(), model: z.string() })),
  certificates: group(z.object({ serialHex: hex, state: certificateState, unitSerial: z.string().nullable() })),
  orders: group(z.object({ orderId: z.string(), model: z.string(), state: z.enum(['open', 'closed']) })),
  batches: group(z.object({ batchId: z.string(), state: batchState, count: z.int() })),
  models: group(z.object({ model: z.string() })),
  people: group(z.object({ name: z.string() })),
  /** The error codes that were asked for, or that the text is part of, and how many units stand with them now. */
  errors: group(z.object({ code: z.string(), units: z.int() })),
  /** The day that the text is, as a period. */
  day: z.object({ since: isoTime, until: isoTime }).nullable(),
});
export type Found = z.infer<typeof found>;

export const findParams = z.strictObject({
  query: z.string().max(128),
  /** Error codes whose words on this screen have the text in them. */
  codes: z.array(z.enum(errorCodes)).max(400).default([]),
});

export const deskDay = z.object({
  since: isoTime,
  until: isoTime,
  passed: z.int(),
  failed: z.int(),
  errors: z.int(),
});

export const overview = z.object({
  /** Of today, in the station's own time: attempts that ended, and the share of units that passed at their first one. */
  today: deskDay.extend({ firstPassYield: z.number().nullable(), units: z.int() }),
  /** The last seven days, the oldest first. The last one is today. */
  days: z.array(deskDay),
  /** Why attempts failed in these days, the commonest first. */
  failures: z.array(z.object({ code: z.string(), attempts: z.int() })),
  batches: z.array(z.object({ batchId: z.string(), state: batchState, count: z.int() })),
  openBatches: z.int(),
  overdue: z.int(),
  connectionsFailed: z.int(),
  revocationsQueued: z.int(),
  batchesFailed: z.int(),
  /** CAs whose key has no backup that was proved to work. */
  unprovedBackups: z.array(z.object({ issuerId: hex, name: z.string() })),
});
export type Overview = z.infer<typeof overview>;

export const listName = z.enum(['units', 'certificates', 'audit']);
export type ListName = z.infer<typeof listName>;

export const viewName = z.string().trim().min(1).max(60);
/** The filter of a list as its address has it: `state=failed&columns=…`. */
export const viewFilter = z.string().max(1000);

export const savedView = z.object({
  viewId: z.int(),
  list: listName,
  name: z.string(),
  filter: z.string(),
  /** Whether everyone at the desk sees it. */
  shared: z.boolean(),
  madeBy: z.string(),
});
export type SavedView = z.infer<typeof savedView>;
