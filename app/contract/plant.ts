/** The plant: a ledger that several stations of a factory share. */
import { z } from 'zod';
import { isoTime, wireError } from './base.ts';
import { plantAddress } from './plantaddress.ts';
import { plantTaken } from './plantdocuments.ts';

/** What one station alone may use. */
export const plantKind = z.enum(['unitSerial', 'hardwareId', 'key']);
export type PlantKind = z.infer<typeof plantKind>;

/** What a unit of this station uses, and another station has. `value` of a key: SHA-256 of its SPKI, lower-case hex. */
export const plantCollision = z.object({
  collisionId: z.int(),
  kind: plantKind,
  value: z.string(),
  unitSerial: z.string(),
  ownerId: z.string(),
  /** The name of that station. */
  owner: z.string(),
  ownerUnit: z.string(),
});
export type PlantCollision = z.infer<typeof plantCollision>;

/** A part of an order of the plant, for one station. The serials are for no other one; null: the order has no range. */
export const plantLease = z.object({
  leaseId: z.uuid(),
  plantOrder: z.string(),
  model: z.string(),
  quantity: z.int(),
  serialFrom: z.string().nullable(),
  serialTo: z.string().nullable(),
});
export type PlantLease = z.infer<typeof plantLease>;

/** An order of the plant. `left`: what no station has. `longestRun`: of its serials, those in a row; null: it has no range. */
export const plantOrder = z.object({
  orderId: z.string(),
  model: z.string(),
  quantity: z.int(),
  left: z.int(),
  longestRun: z.int().nullable(),
});
export type PlantOrder = z.infer<typeof plantOrder>;

/** What came back of a lease: how many, and runs of serials, both ends included. */
export const leaseReturn = z.object({ quantity: z.int(), serials: z.array(z.tuple([z.string(), z.string()])) });
export type LeaseReturn = z.infer<typeof leaseReturn>;

/** A lease as it stands here. `orderId`: its order here, of which `made` units have passed. */
export const leaseHere = plantLease.extend({
  orderId: z.string(),
  made: z.int(),
  /** `none`: no order was made of it. */
  state: z.enum(['none', 'open', 'paused', 'closed']),
  /** How many went back; null while it is held. */
  returned: z.int().nullable(),
  leasedAt: isoTime,
});
export type LeaseHere = z.infer<typeof leaseHere>;
/** What a station trusts: documents of this plant that are signed with this key, 32 bytes in base64url. */
export const plantTrust = z.strictObject({ publicKey: z.string().regex(/^[\w-]{43}$/), plantId: z.string() });
export type PlantTrust = z.infer<typeof plantTrust>;

/** What `station.json` keeps. How to connect is in a file of its own that only its owner can read. */
export const plantConfig = z.strictObject({
  /** While the plant cannot be asked: work goes on and is checked later, or each unit waits. */
  offline: z.enum(['goOn', 'stop']).default('goOn'),
  /** How long a unit waits for the plant's answer. */
  askMs: z.int().min(50).max(30_000).default(1000),
  /** Without it the station takes nothing from the plant but leases. */
  trust: plantTrust.optional(),
});
export type PlantConfig = z.infer<typeof plantConfig>;

export const plantStatus = z.object({
  /** Null when this station has joined no plant. */
  config: plantConfig.nullable(),
  plantId: z.string().nullable(),
  /** Leaves of the log here, and of them those that the plant has. */
  size: z.int(),
  acknowledged: z.int(),
  /** When the plant last answered. */
  reachedAt: isoTime.nullable(),
  /** How it is reached, without the secret; null where nothing is kept. */
  address: plantAddress.nullable(),
  /** Why nothing is shipped now; `error` says it in English. Null while all is well. */
  problem: wireError.nullable(),
  error: z.string().nullable(),
  /** Units that the plant refused. */
  refused: z.int(),
  /** Whether QA's desk has a login here that reads the whole plant. */
  readable: z.boolean(),
  /** That login, without the secret. */
  reader: plantAddress.nullable(),
  /** What flows from the plant to this station, in the order in which it is applied. */
  documents: z.array(plantTaken),
});
export type PlantStatus = z.infer<typeof plantStatus>;
