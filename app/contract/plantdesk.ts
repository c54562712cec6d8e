/** What QA sees of a plant: all its stations, units and collisions. */
import { z } from 'zod';
import { isoTime } from './base.ts';
import { certificateState } from './certificates.ts';
import { plantCollision } from './plant.ts';
import { unitState } from './units.ts';

/**
 * Attempts that ended; a unit that was tried twice counts twice. In `first` a unit counts once in its life, with its first
 * PASS or FAIL, and in `firstPassed` if that was a PASS, as in the charts of a station.
 */
const results = z.object({
  ...{ passed: z.int(), failed: z.int(), errors: z.int(), aborted: z.int() },
  ...{ first: z.int(), firstPassed: z.int() },
});

export const plantStation = z.object({
  login: z.string(),
  /** Null: it has not joined. */
  stationId: z.string().nullable(),
  name: z.string().nullable(),
  /** Leaves of its log here, and how many of them its last signed checkpoint covers. */
  size: z.int(),
  checkpointSize: z.int().nullable(),
  shippedAt: isoTime.nullable(),
  /** When it last said that the plant has its whole log. */
  wholeAt: isoTime.nullable(),
  collisions: z.int(),
  results,
});
export type PlantStation = z.infer<typeof plantStation>;

const collision = plantCollision
  .pick({ kind: true, value: true, unitSerial: true, owner: true, ownerUnit: true })
  .extend({ station: z.string(), stationId: z.string(), foundAt: isoTime });

export const plantOverview = z.object({
  plantId: z.string(),
  restoredAt: isoTime.nullable(),
  since: isoTime,
  stations: z.array(plantStation),
  /** The orders of the plant of which something is left or held, the latest first. */
  orders: z.array(
    z.object({
      orderId: z.string(),
      model: z.string(),
      quantity: z.int(),
      left: z.int(),
      parts: z.array(z.object({ station: z.string(), quantity: z.int(), made: z.int(), returned: z.int() })),
    }),
  ),
  /** The latest ones. */
  collisions: z.array(collision),
});
export type PlantOverview = z.infer<typeof plantOverview>;

export const plantUnitFilter = z.strictObject({
  /** The whole of a unit serial, hardware id, key hash, certificate serial or id; or the beginning of a unit serial. */
  query: z.string().max(128).optional(),
  state: unitState.optional(),
  /** A station's id. */
  station: z.uuid().optional(),
  orderId: z.string().max(128).optional(),
  /** Only units that the plant refused. */
  refused: z.boolean().optional(),
});
export type PlantUnitFilter = z.infer<typeof plantUnitFilter>;

export const plantUnitRow = z.object({
  unitSerial: z.string(),
  stationId: z.string(),
  station: z.string(),
  orderId: z.string(),
  model: z.string(),
  hardwareId: z.string().nullable(),
  state: unitState,
  updatedAt: isoTime,
  refused: z.boolean(),
});
export type PlantUnitRow = z.infer<typeof plantUnitRow>;

/** One unit of one station. */
export const plantUnitKey = z.strictObject({ unitSerial: z.string().min(1).max(128), stationId: z.uuid() });
export type PlantUnitKey = z.infer<typeof plantUnitKey>;

/** A leaf of the station's log about the unit. `proved`: it is in the log that the station signed; null: not signed yet. */
const plantEntry = z.object({
  leafIndex: z.int(),
  leaf: z.string(),
  at: isoTime.nullable(),
  entry: z.string(),
  actor: z.string(),
  data: z.record(z.string(), z.unknown()),
  proved: z.boolean().nullable(),
});

/** `leafHash`, `root` and `path` in hex (RFC 6962); `checkpoint` is the signed note, `key` the station's verifier key. */
export const plantProof = z.object({
  leafIndex: z.int(),
  leaf: z.string(),
  leafHash: z.string(),
  size: z.int(),
  root: z.string(),
  path: z.array(z.string()),
  checkpoint: z.string(),
  key: z.string(),
  included: z.boolean(),
  signed: z.boolean(),
});
export type PlantProof = z.infer<typeof plantProof>;

export const plantUnit = plantUnitRow.extend({
  certificates: z.array(
    z.object({
      serialHex: z.string(),
      certificateId: z.string().nullable(),
      spkiSha256: z.string(),
      state: certificateState,
      notAfterAt: isoTime,
      issuedAt: isoTime.nullable(),
    }),
  ),
  collisions: z.array(collision),
  /** The same serial at other stations. */
  elsewhere: z.array(plantUnitRow),
  /** The oldest first; 500 at most. */
  entries: z.array(plantEntry),
});
export type PlantUnit = z.infer<typeof plantUnit>;
