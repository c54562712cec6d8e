/** Entries about claims, from the first request to AWS to its revocation there. */
import { z } from 'zod';
import { engineer, line } from '../roles.ts';
import { type EntrySpec, station } from './entry.ts';

const text = z.string();
const place = { orderId: text, target: text, template: text };

export const claimEntries = {
  /** AWS is about to be asked for its certificate. */
  'claim.begun': {
    audit: z.strictObject({ ...place, spkiSha256: text }),
    subject: 'claim',
    by: engineer,
  },
  /** AWS has made its certificate, which can do nothing yet. */
  'claim.certified': { audit: z.strictObject({ certificateId: text }), subject: 'claim', by: engineer },
  /** Its policy is attached and it is active. */
  'claim.made': { audit: z.strictObject({ ...place, certificateId: text }), subject: 'claim', by: engineer },
  /** The hook of the account was told that the claim may provision these `units`, and `maxUnits` of them at most. */
  'claim.allowed': {
    audit: z.strictObject({ target: text, units: z.int(), maxUnits: z.int() }),
    subject: 'claim',
    by: engineer,
  },
  /** The table of the account has so many more rows that its hook lets in, or no longer has them. */
  'hook.told': { audit: z.strictObject({ told: z.int(), gone: z.int() }), subject: 'target', by: station },
  /** A certificate that AWS had made for the claim's key, and whose answer was lost. */
  'claim.orphanRevoked': {
    audit: z.strictObject({ certificateId: text, target: text }),
    subject: 'claim',
    by: station,
  },
  /** No other device gets it. `units` have it, and AWS has made things of `registered` of them. */
  'claim.retired': {
    audit: z.strictObject({ units: z.int(), registered: z.int() }),
    subject: 'claim',
    by: [...engineer, ...station],
  },
  /** A person wants AWS to take it no longer. */
  'claim.revokeAsked': {
    audit: z.strictObject({ units: z.int(), registered: z.int() }),
    subject: 'claim',
    by: engineer,
  },
  /** AWS's answer; `unknown` when AWS does not know the certificate. */
  'claim.revoked': {
    audit: z.strictObject({ certificateId: text, state: z.enum(['revoked', 'unknown']) }),
    subject: 'claim',
    by: station,
  },
  /** The claim is about to be written to the unit's device. */
  'claim.given': {
    journal: z.strictObject({ claimId: z.int(), certificateId: text, target: text, template: text }),
    by: line,
  },
} as const satisfies Record<string, EntrySpec>;
