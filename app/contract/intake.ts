/** How orders come in without a person, and results go out: a drop folder, the hook for an MES, and its webhook. */
import { z } from 'zod';
import { alertFacts } from './alerts.ts';
import { isoTime, outcome } from './base.ts';
import { orderOverlap } from './orderimport.ts';
import { newModel, order } from './units.ts';

const path = z.string().min(1).max(400);
const host = z.string().regex(/^[A-Za-z0-9.:-]{1,253}$/, 'a name or an address of this PC');

/** Where the hook listens. Without a certificate it listens on 127.0.0.1 only. `key` and `certificate` are PEM files. */
export const hookConfig = z.strictObject({
  host: host.default('127.0.0.1'),
  port: z.int().min(0).max(65_535),
  certificateFile: path.optional(),
  keyFile: path.optional(),
});
export type HookConfig = z.infer<typeof hookConfig>;

/** The receiver of events. Plain HTTP is for this PC only. */
export const webhookUrl = z.url({ protocol: /^https?$/ }).max(1000);

/** For how many days events that an MES has, and keys of its requests, are kept; null keeps all. */
export const eventDays = z.int().min(1).max(36_500).nullable();

/** What `station.json` keeps. The token itself is shown once and never kept. */
export const intakeConfig = z.strictObject({
  dropFolder: path.nullable().default(null),
  hook: hookConfig
    .extend({ tokenSha256: z.string().length(64) })
    .nullable()
    .default(null),
  webhook: z.strictObject({ url: webhookUrl, caFile: path.optional() }).nullable().default(null),
  eventDays: eventDays.default(90),
});
export type IntakeConfig = z.infer<typeof intakeConfig>;

/** What is left out stays as it is; null turns it off. */
export const intakeChange = z.strictObject({
  dropFolder: path.nullable().optional(),
  hook: hookConfig.nullable().optional(),
  /** Makes the one before invalid. */
  newToken: z.literal(true).optional(),
  webhook: z.strictObject({ url: webhookUrl }).nullable().optional(),
  /** The CA of the receiver, a PEM file of this PC, trusted beside those that the PC knows. */
  webhookCa: path.nullable().optional(),
  newSecret: z.literal(true).optional(),
  /** Sends again after a pause. */
  resumeWebhook: z.literal(true).optional(),
  eventDays: eventDays.optional(),
});
export type IntakeChange = z.infer<typeof intakeChange>;

/**
 * Why events wait: the receiver answered with this status, was late, or was not reached; its certificate has expired, is for
 * another name, or is not trusted; its CA of the settings has expired, or that file cannot be used any more; or the secret is
 * missing.
 */
export const webhookTrouble = z.discriminatedUnion('what', [
  z.object({ what: z.literal('answers'), status: z.int() }),
  z.object({
    what: z.enum(['late', 'unreachable', 'expired', 'otherName', 'untrusted', 'caExpired', 'noCa', 'noSecret']),
  }),
]);
export type WebhookTrouble = z.infer<typeof webhookTrouble>;

/** The CA of the receiver, by its file. Without certificates: the file cannot be used now. */
const receiverCa = z.object({
  file: z.string(),
  certificates: z.array(z.object({ subject: z.string(), notAfterAt: isoTime })),
});
export type ReceiverCa = z.infer<typeof receiverCa>;

/**
 * Why the drop folder or the hook does not run. `code` is the system's name for the error, e.g. ENOENT.
 * `portTaken`: another program listens there. `noAddress`: this PC has no such address. `notAllowed`: the system forbids
 * it. `tlsFiles`: the certificate or its key cannot be read, or they do not fit. `noTls`: other machines reach the address.
 * `noFolder`: the folder is not there.
 */
/** `code`: what the system says; of `passedOver` the names. */
export const intakeTrouble = z.object({
  what: z.enum([
    ...(['portTaken', 'noAddress', 'notAllowed', 'tlsFiles', 'noTls', 'noListen', 'noFolder', 'noRead'] as const),
    'passedOver',
  ]),
  code: z.string(),
});
export type IntakeTrouble = z.infer<typeof intakeTrouble>;

/** `error` says in English why a part does not run, and `trouble` for the words of a screen; null while it does. */
const part = { error: z.string().nullable() };
export const intakeStatus = z.object({
  dropFolder: z.object({ folder: z.string(), taken: z.int(), trouble: intakeTrouble.nullable(), ...part }).nullable(),
  hook: z
    .object({
      host: z.string(),
      port: z.int(),
      tls: z.boolean(),
      url: z.string().nullable(),
      trouble: intakeTrouble.nullable(),
      ...part,
    })
    .nullable(),
  webhook: z
    .object({
      url: z.string(),
      ca: receiverCa.nullable(),
      /** Events that were not delivered yet. */
      waiting: z.int(),
      tries: z.int(),
      nextTryAt: isoTime.nullable(),
      /** The receiver refuses events. They wait until an engineer resumes. */
      pausedAt: isoTime.nullable(),
      /** Null where an earlier version wrote the error. */
      trouble: webhookTrouble.nullable(),
      ...part,
    })
    .nullable(),
  eventDays,
});
export type IntakeStatus = z.infer<typeof intakeStatus>;

/** What the hook takes for an order. Times are ISO 8601 UTC. */
export const hookOrder = z.strictObject({
  orderId: order.shape.orderId,
  model: newModel,
  quantity: order.shape.quantity,
  serialFrom: z.string().max(64).optional(),
  serialTo: z.string().max(64).optional(),
  pattern: z.string().max(64).optional(),
  serials: z.array(z.string().max(64)).min(1).max(100_000).optional(),
  dueAt: isoTime.nullable().optional(),
  endsAt: isoTime.nullable().optional(),
  recipe: z.string().min(1).max(40).optional(),
  profile: z.string().min(1).max(64).optional(),
});
/** What the hook changes in an order that exists. */
export const hookChange = z.strictObject({
  quantity: order.shape.quantity.optional(),
  dueAt: isoTime.nullable().optional(),
  endsAt: isoTime.nullable().optional(),
  state: order.shape.state.optional(),
});
export const hookOrderView = order.omit({ label: true, registration: true }).extend({
  /** Other orders for some of the same unit serials. Only in an answer about one order. */
  overlaps: z.array(orderOverlap).optional(),
});
export type HookOrderView = z.infer<typeof hookOrderView>;

/** An event of the feed and of the webhook. `seq` grows; gaps are possible. */
export const hookEvent = z.object({
  seq: z.int(),
  at: isoTime,
  type: z.enum([
    'unit.result',
    'order.made',
    'order.activated',
    'order.paused',
    'order.resumed',
    'order.changed',
    'order.closed',
    'alert.raised',
    'alert.cleared',
  ]),
  orderId: z.string(),
  /** Absent in events about orders. */
  unit: z
    .object({
      unitSerial: z.string(),
      attempt: z.int(),
      outcome,
      errorCode: z.string().nullable(),
      /** Of the certificate that the unit held then. */
      certificateId: z.string().nullable(),
    })
    .optional(),
  /** Only in events about alerts: what was measured when it was raised. */
  alert: alertFacts.optional(),
});
export type HookEvent = z.infer<typeof hookEvent>;
export const hookEvents = z.object({
  events: z.array(hookEvent),
  next: z.int(),
  more: z.boolean(),
  /** The last event that is not kept any more. A reader whose `after` is below has missed some. */
  removed: z.int(),
});

/** RFC 9457. `code` is one of the station's error codes. */
export const hookProblem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  path: z.string().optional(),
});
