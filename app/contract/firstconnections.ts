/** Whether each unit has connected to its target for the first time. */
import { z } from 'zod';
import { isoTime, wireError } from './base.ts';
import { batchWay } from './batches.ts';

/**
 * How AWS comes to know the unit: by the station (`batchWay`), by the device's own first connection, or by a claim with
 * which the station spoke for the device (`stationClaim`).
 */
export const connectionWay = z.enum([...batchWay.options, 'jitp', 'jitr', 'claim', 'trustedUser', 'stationClaim']);
export type ConnectionWay = z.infer<typeof connectionWay>;

/** Ways by which AWS makes the thing itself, from a template or a function. Their units need no batch. */
export const selfMadeWays = [
  'jitp',
  'jitr',
  'claim',
  'trustedUser',
  'stationClaim',
] as const satisfies readonly ConnectionWay[];
export const isSelfMade = (way: ConnectionWay): boolean => (selfMadeWays as readonly string[]).includes(way);

/** Ways by which a certificate that is ACTIVE in AWS shows that its device was there. */
export const comesByItself = (way: ConnectionWay): boolean => isSelfMade(way) && way !== 'stationClaim';

/** `overdue`: it should have connected by now, and nothing is known to be wrong with it. */
export const connectionState = z.enum(['waiting', 'connected', 'failed', 'overdue']);
export type ConnectionState = z.infer<typeof connectionState>;

/** What is wrong with a unit in its account. */
export const connectionReason = z.enum([
  /** The certificate stays PENDING_ACTIVATION: the template of just-in-time provisioning failed. */
  'templateFailed',
  /** The certificate stays PENDING_ACTIVATION: the function of just-in-time registration did not activate it. */
  'notActivated',
  /** The function of just-in-time registration refused it: it is on no allow-list. */
  'notAllowed',
  'inactive',
  'revoked',
  /** AWS had the certificate, and does not know it any more. */
  'missing',
  'noThing',
  'noPolicy',
  /** The thing is not the one that the device was told. */
  'otherThing',
  'otherType',
]);
export type ConnectionReason = z.infer<typeof connectionReason>;

/** What a device can do with its wrong thing or type is not known. All other reasons keep it from connecting. */
export const isBlocking = (reason: ConnectionReason): boolean => reason !== 'otherThing' && reason !== 'otherType';

/** Who said that the device connected: AWS's presence event, its registry, its fleet index, or a try at the bench. */
export const connectionSource = z.enum(['presence', 'registry', 'index', 'bench']);
export type ConnectionSource = z.infer<typeof connectionSource>;

export const firstConnection = z.object({
  unitSerial: z.string(),
  target: z.string(),
  orderId: z.string(),
  way: connectionWay,
  state: connectionState,
  /** The name that the device was told. */
  thingName: z.string(),
  /** The name of the thing that AWS made for it. Null before that, and for a unit that the station registers. */
  madeName: z.string().nullable(),
  /** Null as long as AWS has not made it (provisioning by claim). */
  certificateId: z.string().nullable(),
  passedAt: isoTime,
  dueAt: isoTime,
  /** When the watch saw that AWS had made the thing. Null for a unit that the station registers. */
  registeredAt: isoTime.nullable(),
  connectedAt: isoTime.nullable(),
  source: connectionSource.nullable(),
  clientId: z.string().nullable(),
  sourceIp: z.string().nullable(),
  /** Contacts that AWS did not let in, as far as it told. */
  tries: z.int(),
  lastTryAt: isoTime.nullable(),
  reason: connectionReason.nullable(),
});
export type FirstConnection = z.infer<typeof firstConnection>;

export const connectionCounts = z.object({
  waiting: z.int(),
  connected: z.int(),
  failed: z.int(),
  overdue: z.int(),
});
export type ConnectionCounts = z.infer<typeof connectionCounts>;

export const connectionFilter = z.strictObject({
  orderId: z.string().optional(),
  target: z.string().optional(),
  state: connectionState.optional(),
  reason: connectionReason.optional(),
});
export type ConnectionFilter = z.infer<typeof connectionFilter>;

/** How AWS is watched. `events` is the stream of its messages; without it the registry is asked in rounds. */
export const connectionWatch = z.object({
  target: z.string(),
  events: z.enum(['off', 'connecting', 'on', 'refused', 'unreachable']),
  /** When the registry was last looked through to its end. */
  lookedAt: isoTime.nullable(),
  error: wireError.nullable(),
});
export type ConnectionWatch = z.infer<typeof connectionWatch>;

export const connectionCheck = z.object({
  state: z.enum(['running', 'done', 'stopped', 'failed']),
  orderId: z.string().nullable(),
  target: z.string().nullable(),
  startedAt: isoTime,
  endedAt: isoTime.nullable(),
  /** Units to be asked for, and those asked for so far. */
  total: z.int(),
  done: z.int(),
  /** Units that have another state now. */
  changed: z.int(),
  waiting: z.boolean(),
  error: wireError.nullable(),
});
export type ConnectionCheck = z.infer<typeof connectionCheck>;

export const connectionsSnapshot = z.object({
  seq: z.int(),
  /** Of all orders. */
  total: connectionCounts,
  /** The newest 100 orders that have units to watch, for each target. */
  orders: z.array(connectionCounts.extend({ orderId: z.string(), target: z.string() })),
  /** How many units have which reason, the most first. */
  reasons: z.array(z.object({ orderId: z.string(), target: z.string(), reason: connectionReason, count: z.int() })),
  watches: z.array(connectionWatch),
  /** Null before the first check since the station started. */
  check: connectionCheck.nullable(),
  /** What is to be set up before a unit is watched. */
  lacks: z.enum(['target', 'recipe']).nullable(),
});
export type ConnectionsSnapshot = z.infer<typeof connectionsSnapshot>;
