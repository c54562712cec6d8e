/** Entries about requests, certificates and CRLs, from the first check of a request to AWS's last answer. */
import { z } from 'zod';
import { revocationReason } from '../certificates.ts';
import { engineer, line } from '../roles.ts';
import { type EntrySpec, station } from './entry.ts';

const text = z.string();
/** `unitSerial` is empty for a certificate that belongs to no unit. */
const unitSerial = text;
const asked = { target: text, template: text.optional() };
const lost = { target: text, reason: text, certificateId: text.optional() };

export const issuingEntries = {
  'csr.recorded': { journal: z.strictObject({ spkiSha256: text }), by: line },
  /** `keySeenOn`: the unit that this key belongs to. */
  'csr.refused': { journal: z.strictObject({ spkiSha256: text, keySeenOn: text }), by: line },
  /** `notes`: key type, signature algorithm, accepted deviations. */
  'csr.accepted': {
    audit: z.strictObject({ attempt: z.int(), notes: z.array(text) }),
    subject: 'unit serial',
    by: line,
  },

  'certificate.reserved': { journal: z.strictObject({ serialHex: text }), by: line },
  'sign.intent': {
    audit: z.strictObject({
      unitSerial,
      attempt: z.int(),
      spkiSha256: text,
      issuerId: text,
      profile: text,
      purpose: z.enum(['device', 'caVerification']),
    }),
    subject: 'certificate serial',
    by: line,
  },
  /** `supersedes` is the serial of the certificate that this one replaces. */
  'certificate.issued': {
    journal: z.strictObject({ serialHex: text, certificateId: text, supersedes: text.optional() }),
    by: line,
    state: 'issued',
  },
  'sign.done': {
    audit: z.strictObject({ certificateId: text, unitSerial, supersedes: text.optional() }),
    subject: 'certificate serial',
    by: line,
  },
  'certificate.voided': {
    journal: z.strictObject({ serialHex: text, reason: text }),
    by: line,
  },
  'sign.voided': { audit: z.strictObject({ reason: text, unitSerial }), subject: 'certificate serial', by: line },

  /**
   * AWS is about to be asked for a certificate by its own CA, in the account of `target`. `template`: AWS then makes the
   * thing by it.
   */
  'certificate.asked': { journal: z.strictObject(asked), by: line },
  'aws.asked': {
    audit: z.strictObject({ attempt: z.int(), ...asked, spkiSha256: text, profile: text }),
    subject: 'unit serial',
    by: line,
  },
  /** AWS has made the certificate, and is about to be asked to provision it. */
  'certificate.made': { journal: z.strictObject({ target: text, certificateId: text }), by: line },
  'aws.made': {
    audit: z.strictObject({ attempt: z.int(), target: text, certificateId: text }),
    subject: 'unit serial',
    by: line,
  },
  /** `thingName`: AWS has provisioned the certificate, as this thing. */
  'aws.issued': {
    audit: z.strictObject({
      certificateId: text,
      unitSerial: text,
      target: text,
      thingName: text.optional(),
      supersedes: text.optional(),
    }),
    subject: 'certificate serial',
    by: line,
  },
  'certificate.notMade': { journal: z.strictObject({ target: text, reason: text }), by: line },
  'aws.refused': {
    audit: z.strictObject({ attempt: z.int(), target: text, reason: text }),
    subject: 'unit serial',
    by: line,
  },
  /** AWS may have made a certificate, but its answer did not come. `certificateId`: it has made this one. */
  'certificate.lost': { journal: z.strictObject(lost), by: line },
  'aws.lost': {
    audit: z.strictObject({ attempt: z.int(), ...lost }),
    subject: 'unit serial',
    by: line,
  },
  /** A certificate that AWS had made, and that no device has, is gone: revoked by the station, or deleted by AWS. */
  'certificate.withdrawn': {
    journal: z.strictObject({ certificateId: text, target: text, how: z.enum(['revoked', 'lapsed']) }),
    by: station,
  },
  'aws.orphanLapsed': {
    audit: z.strictObject({ certificateId: text, target: text }),
    subject: 'unit serial',
    by: station,
  },
  /** AWS had made a certificate whose answer was lost. No device has it. */
  'aws.orphanRevoked': {
    audit: z.strictObject({ certificateId: text, target: text }),
    subject: 'unit serial',
    by: station,
  },

  'revocation.queued': {
    journal: z.strictObject({ serialHex: text, reason: text }),
    audit: z.strictObject({ reason: text, unitSerial }),
    subject: 'certificate serial',
    by: line,
  },
  'revocation.withdrawn': {
    journal: z.strictObject({ serialHex: text, note: text }),
    audit: z.strictObject({ note: text, unitSerial }),
    subject: 'certificate serial',
    by: engineer,
  },
  'certificate.revoked': {
    journal: z.strictObject({ serialHex: text, reason: revocationReason, note: text }),
    audit: z.strictObject({ reason: revocationReason, note: text, unitSerial }),
    subject: 'certificate serial',
    by: [...line, 'plant'],
  },

  'crl.intent': {
    audit: z.strictObject({ issuerId: text, entries: z.int() }),
    subject: 'CRL number',
    by: [...engineer, ...station],
  },
  'crl.made': { audit: z.strictObject({ entries: z.int() }), subject: 'CRL number', by: [...engineer, ...station] },
  'crl.voided': { audit: z.strictObject({ reason: text }), subject: 'CRL number', by: [...engineer, ...station] },
  /** `key` is the key of the object in S3. `digest` is the SHA-256 of its bytes, lower-case hex. */
  'crl.uploaded': {
    audit: z.strictObject({ key: text, bucket: text, digest: text }),
    subject: 'CRL number',
    by: station,
  },
  /** AWS's answer; `unknown` when AWS does not know the certificate. */
  'cloud.certificateRevoked': {
    audit: z.strictObject({ state: z.enum(['revoked', 'unknown']) }),
    subject: 'certificate serial',
    by: station,
  },
} as const satisfies Record<string, EntrySpec>;
