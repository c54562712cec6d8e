/** The registry of a target held against the records. */
import { z } from 'zod';

export const driftKind = z.enum([
  /** Registered by the records, and AWS does not know the certificate. */
  'missing',
  /** Registered by the records, and AWS lets the device not connect: the certificate is not ACTIVE. */
  'inactive',
  /** Out of use by the records (revoked, replaced), and still ACTIVE in AWS. */
  'stillActive',
  /** In AWS, and no batch of this station registered it there. */
  'notRecorded',
  /** Signed by our CA by what AWS says, and not on record here at all. */
  'unknown',
  /** No thing has the certificate. */
  'noThing',
  /** Another thing than the one on record has the certificate. */
  'otherThing',
]);
export type DriftKind = z.infer<typeof driftKind>;

export const driftFinding = z.object({
  kind: driftKind,
  certificateId: z.string(),
  unitSerial: z.string().nullable(),
  /** What AWS says: the status of the certificate, or the things that have it. */
  found: z.string(),
});
export type DriftFinding = z.infer<typeof driftFinding>;

/** Differences that a check keeps. Its counts go on beyond them. */
export const mostDifferences = 200_000;

export const driftSnapshot = z.object({
  seq: z.int(),
  /** Null before the first check since the station started. */
  check: z
    .object({
      target: z.string(),
      state: z.enum(['running', 'done', 'stopped', 'failed']),
      /** Whether each certificate's thing is asked for as well. */
      things: z.boolean(),
      startedAt: z.string(),
      endedAt: z.string().nullable(),
      /** Certificates that AWS has listed, and registered units that were looked at. */
      certificates: z.int(),
      units: z.int(),
      waiting: z.boolean(),
      counts: z.record(driftKind, z.int()),
      /** At most 500 of each kind. */
      findings: z.array(driftFinding),
      error: z.string().nullable(),
    })
    .nullable(),
});
export type DriftSnapshot = z.infer<typeof driftSnapshot>;
export type DriftCheck = NonNullable<DriftSnapshot['check']>;
