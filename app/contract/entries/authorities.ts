/** Entries about the station's CAs and their keys. */
import { z } from 'zod';
import { caRevocationReason, custodyKind } from '../authority.ts';
import { errorCodes } from '../errors.ts';
import { engineer, line } from '../roles.ts';
import { caMode } from '../targetview.ts';
import { agreement, type EntrySpec, nothing, station } from './entry.ts';

const ca = 'CA (SHA-256 of its certificate)';
const request = 'request (SHA-256 of its key)';
const text = z.string();
const kind = z.enum(['root', 'issuing']);

export const authorityEntries = {
  /** `above`: how many CAs stand above it. The oldest records have the kind alone. */
  'issuer.added': {
    audit: z.strictObject({
      kind,
      active: z.boolean().optional(),
      custody: custodyKind.optional(),
      above: z.int().optional(),
      ...agreement,
    }),
    subject: ca,
    by: [...engineer, 'setup'],
  },
  'issuer.activated': { audit: z.strictObject({ kind, ...agreement }), subject: ca, by: engineer },
  /** `parentId`: the root that says it. `certificates`: how many of its certificates were in use. */
  'issuer.revoked': {
    audit: z.strictObject({
      reason: caRevocationReason,
      note: text,
      parentId: text,
      serialHex: text,
      certificates: z.int(),
      ...agreement,
    }),
    subject: ca,
    by: engineer,
  },

  'ca.requested': {
    audit: z.strictObject({ subject: text, keyType: text, custody: custodyKind }),
    subject: request,
    by: engineer,
  },
  'ca.requestDiscarded': { audit: nothing, subject: request, by: engineer },

  'ca.keyMoved': { audit: z.strictObject({ custody: custodyKind, ...agreement }), subject: ca, by: engineer },
  'ca.backupProved': { audit: z.strictObject({ by: z.enum(['export', 'shares']) }), subject: ca, by: engineer },
  'ca.exported': { audit: z.strictObject({ format: z.enum(['pem', 'p12']), ...agreement }), subject: ca, by: engineer },
  'ca.split': {
    audit: z.strictObject({ shares: z.int(), threshold: z.int(), ...agreement }),
    subject: ca,
    by: engineer,
  },
  'ca.passphraseChanged': { audit: z.strictObject(agreement), subject: ca, by: engineer },

  /** `by` is set when the operating system kept the passphrase. */
  'ca.unlocked': {
    audit: z.strictObject({ by: z.literal('kept passphrase').optional() }),
    subject: ca,
    by: [...engineer, ...station, 'setup'],
  },
  'ca.unlockRefused': { audit: z.strictObject({ code: z.enum(errorCodes) }), subject: ca, by: engineer },
  'ca.locked': { audit: nothing, subject: ca, by: line },
  'ca.autoLocked': { audit: z.strictObject({ minutes: z.number() }), subject: ca, by: station },
  'ca.passphraseKept': { audit: z.strictObject(agreement), subject: ca, by: engineer },
  'ca.passphraseForgotten': { audit: nothing, subject: ca, by: engineer },

  /** The tokens of the module were listed. `tokens` is their number. */
  'ca.moduleUsed': { audit: z.strictObject({ tokens: z.int() }), subject: 'PKCS#11 module', by: engineer },
  'ca.moduleListed': { audit: nothing, subject: 'PKCS#11 module', by: engineer },
  'ca.moduleUnlisted': { audit: nothing, subject: 'PKCS#11 module', by: engineer },

  'cloud.caRegistered': {
    audit: z.strictObject({
      outcome: z.enum(['registered', 'activated', 'alreadyActive', 'changed']),
      region: text,
      bucket: text,
      /** The rest is not in records from before targets had names. */
      target: text.optional(),
      mode: caMode.optional(),
      autoRegistration: z.boolean().optional(),
    }),
    subject: ca,
    by: engineer,
  },
  /** `known` is false when the account did not know the CA; then nothing was changed. */
  'cloud.caChanged': {
    audit: z.strictObject({ target: text, region: text, act: text, known: z.boolean() }),
    subject: ca,
    by: engineer,
  },
  'cloud.certificatesAsked': {
    audit: z.strictObject({
      target: text,
      act: text,
      count: z.int(),
      orderId: text.optional(),
      reason: text.optional(),
    }),
    subject: 'job on certificates',
    by: engineer,
  },
  'cloud.certificatesStopped': {
    audit: z.strictObject({ done: z.int() }),
    subject: 'job on certificates',
    by: engineer,
  },
  'cloud.certificatesResumed': {
    audit: z.strictObject({ done: z.int() }),
    subject: 'job on certificates',
    by: engineer,
  },
  /** One certificate of a job. `known` is false when the account did not know it; then nothing was changed. */
  'cloud.certificateSet': {
    audit: z.strictObject({ target: text, act: text, known: z.boolean() }),
    subject: 'certificate serial',
    by: engineer,
  },
  /** AWS's answer; `unknown` when AWS does not know the CA. */
  'cloud.caDeactivated': {
    audit: z.strictObject({ state: z.enum(['inactive', 'unknown']) }),
    subject: ca,
    by: station,
  },
} as const satisfies Record<string, EntrySpec>;
