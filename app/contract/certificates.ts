/** Certificates this station issued, their revocation, and the CRL that says so. */
import { z } from 'zod';
import { hex, isoTime } from './base.ts';

/** `revocationQueued`: the proof failed; an engineer confirms the revocation or puts the certificate back. */
export const certificateState = z.enum(['reserved', 'issued', 'void', 'revocationQueued', 'superseded', 'revoked']);
export type CertificateState = z.infer<typeof certificateState>;

/**
 * RFC 5280 §5.3.1, what fits a device for ever: a hold can be taken back, and a certificate is revoked once; the rest
 * is about CAs, attribute authorities and delta CRLs.
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

/** Why, in words, for whoever reads the records later. */
export const revocationNote = z.string().trim().min(1).max(500);

export const revocation = z.object({
  reason: revocationReason,
  note: z.string(),
  actor: z.string(),
  revokedAt: isoTime,
  /** `waiting`: AWS is still to be told. `unknown`: AWS does not know this certificate. */
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
  /** Why the serial is void, or the revocation queued. */
  reason: z.string().nullable(),
  revocation: revocation.nullable(),
});
export type IssuedCertificate = z.infer<typeof issuedCertificate>;

/** How often a CRL is made, and how long one is good for. */
export const crlConfig = z
  .object({ everyHours: z.int().min(1).max(720), validDays: z.int().min(1).max(365) })
  .refine(({ everyHours, validDays }) => everyHours < validDays * 24, 'a CRL must be made before the last one ends');
export type CrlConfig = z.infer<typeof crlConfig>;

/** Why a CRL is to be made now. */
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
  /** The last one of the active issuing CA that was signed and recorded. */
  last: lastCrl.nullable(),
  due: crlDue.nullable(),
  /** Of the station's other issuing CAs. */
  others: z.array(z.object({ issuerId: hex, subject: z.string(), last: lastCrl.nullable(), due: crlDue.nullable() })),
  /** Where it stands as a file (DER; PEM beside it). */
  file: z.string(),
  /** Number of the CRL that this program has put into S3; null where there is no target or it has not got there yet. */
  uploaded: z.int().nullable(),
  /** Revoked certificates that AWS is still to be told of. */
  cloudWaiting: z.int(),
  /** Error code of the last try to reach AWS or to write the CRL; null when it went well. */
  trouble: z.string().nullable(),
});
export type CrlStatus = z.infer<typeof crlStatus>;
