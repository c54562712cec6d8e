/** The certificates that this station issued, their revocation, and the CRL that publishes it. */
import { z } from 'zod';
import { hex, isoTime } from './base.ts';

/** `revocationQueued`: the proof failed; an engineer confirms the revocation or puts the certificate back. */
export const certificateState = z.enum(['reserved', 'issued', 'void', 'revocationQueued', 'superseded', 'revoked']);
export type CertificateState = z.infer<typeof certificateState>;

/**
 * The reasons of RFC 5280 §5.3.1 that fit a device and are permanent. A hold can be taken back, but a certificate is
 * revoked once; the other reasons concern CAs, attribute authorities and delta CRLs.
 */
export const revocationReason = z.enum([
  'unspecified',
  'keyCompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'privilegeWithdrawn',
]);
export type RevocationReason = z.infer<typeof revocationReason>;

/** The reason in words, for later readers of the records. */
export const revocationNote = z.string().trim().min(1).max(500);

export const revocation = z.object({
  reason: revocationReason,
  note: z.string(),
  actor: z.string(),
  revokedAt: isoTime,
  /** `waiting`: AWS must still be told. `unknown`: AWS does not know this certificate. */
  cloud: z.enum(['waiting', 'revoked', 'unknown']),
});

export const issuedCertificate = z.object({
  serialHex: hex,
  state: certificateState,
  purpose: z.enum(['device', 'caVerification']),
  unitSerial: z.string().nullable(),
  certificateId: z.string().nullable(),
  subject: z.string(),
  profile: z.string(),
  notBeforeAt: isoTime,
  notAfterAt: isoTime,
  reservedAt: isoTime,
  issuedAt: isoTime.nullable(),
  /** The target whose AWS issued it by its own CA; null for a certificate of this station. */
  awsTarget: z.string().nullable(),
  /** Why the serial is void, or the revocation queued. */
  reason: z.string().nullable(),
  revocation: revocation.nullable(),
});
export type IssuedCertificate = z.infer<typeof issuedCertificate>;

/** How often a CRL is made, and how long each is valid. */
export const crlConfig = z
  .object({ everyHours: z.int().min(1).max(720), validDays: z.int().min(1).max(365) })
  .refine(({ everyHours, validDays }) => everyHours < validDays * 24, 'a CRL must be made before the last one ends');
export type CrlConfig = z.infer<typeof crlConfig>;

/** Why a new CRL is due now. */
export const crlDue = z.enum(['first', 'revocation', 'schedule', 'nextUpdate']);
export type CrlDue = z.infer<typeof crlDue>;

export const lastCrl = z.object({
  number: z.int(),
  entries: z.int(),
  thisUpdateAt: isoTime,
  nextUpdateAt: isoTime,
});

export const crlStatus = z.object({
  schedule: crlConfig,
  /** The last CRL of the active issuing CA that was signed and recorded. */
  last: lastCrl.nullable(),
  due: crlDue.nullable(),
  /** The same for the station's other issuing CAs. */
  others: z.array(z.object({ issuerId: hex, subject: z.string(), last: lastCrl.nullable(), due: crlDue.nullable() })),
  /** The path of the file (DER; PEM beside it). */
  file: z.string(),
  /** The number of the CRL that this program has put into S3. Null without a target, or before the first upload. */
  uploaded: z.int().nullable(),
  /** Revoked certificates that AWS must still be told about. */
  cloudWaiting: z.int(),
  /** The error code of the last try to reach AWS or to write the CRL. Null when it succeeded. */
  trouble: z.string().nullable(),
});
export type CrlStatus = z.infer<typeof crlStatus>;
