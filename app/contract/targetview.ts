/** What AWS says of a target: who asks, what is allowed, the endpoint of the units, our CAs. */
import { z } from 'zod';
import { wireError } from './base.ts';
import { told } from './sentences.ts';

/** The ways in which units come into an account. `docs/engineer.md` says when to choose which. */
export const registrationWay = z.enum([
  'bulk',
  'registerThing',
  'registerCertificate',
  'withoutCa',
  'awsIssued',
  'jitp',
  'jitr',
  'fleet',
]);
export type RegistrationWay = z.infer<typeof registrationWay>;

/** DEFAULT: one account of a Region, proved by a signature. SNI_ONLY: several accounts; devices send the server's name. */
export const caMode = z.enum(['DEFAULT', 'SNI_ONLY']);
export type CaMode = z.infer<typeof caMode>;

export const caInAws = z.object({
  status: z.enum(['ACTIVE', 'INACTIVE']),
  mode: caMode,
  autoRegistration: z.boolean(),
  /** The name of its template; empty for a body without a name; null for none. */
  template: z.string().nullable(),
});
export type CaInAws = z.infer<typeof caInAws>;

/** `unknown`: only AWS can say, when it is done; there is no way to ask before. */
export const verdict = z.enum(['allowed', 'missing', 'unknown']);

export const permissionAnswer = z.object({
  action: z.string(),
  resource: z.string(),
  /** What the station does with it. */
  why: z.string(),
  verdict,
});

export const targetFinding = z.object({
  path: z.string(),
  /** The message as a sentence, for screens in the language of the person. */
  said: told.optional(),
  message: z.string(),
  source: z.string().optional(),
});

export const targetTest = z.object({
  ok: z.boolean(),
  problems: z.array(targetFinding),
  warnings: z.array(targetFinding),
  name: z.string(),
  /** Null when AWS did not say who asks; `problems` has the reason. */
  identity: z.object({ accountId: z.string(), arn: z.string() }).nullable(),
  /** `simulated`: the policies were asked. `tried`: each action was tried so that nothing changes. */
  how: z.enum(['simulated', 'tried']).nullable(),
  permissions: z.array(permissionAnswer),
  /** The policy document with what is missing, to be copied. Null when nothing is. */
  statement: z.string().nullable(),
  /** The role that AWS IoT takes; null for ways without one, and where AWS did not say who asks. */
  role: z
    .object({
      state: z.enum(['fits', 'missing', 'untrusting', 'lacking', 'unseen']),
      /** A policy document to be added to the role, or to the identity of the station so that it can look. */
      add: z.object({ to: z.enum(['role', 'station']), statement: z.string() }).nullable(),
    })
    .nullable(),
  endpoint: z.object({ aws: z.string(), sealed: z.string(), same: z.boolean() }).nullable(),
});
export type TargetTest = z.infer<typeof targetTest>;

/** What one target answered about one CA. `ca` is null when the account does not know it. */
export const caAtTarget = z.object({ target: z.string(), ca: caInAws.nullable(), error: wireError.optional() });
export const casInAws = z.object({
  cas: z.array(
    z.object({
      issuerId: z.string(),
      commonName: z.string(),
      active: z.boolean(),
      revoked: z.boolean(),
      at: z.array(caAtTarget),
    }),
  ),
  /** CAs of the accounts that this station does not have. */
  others: z.array(z.object({ target: z.string(), issuerId: z.string() })),
});
export type CasInAws = z.infer<typeof casInAws>;

/** The outcome at each target. An error at one target does not stop the others; the act can be repeated. */
export const atTargets = z.object({
  results: z.array(
    z.object({
      target: z.string(),
      outcome: z.enum(['registered', 'activated', 'alreadyActive', 'changed', 'deleted', 'unknown']).nullable(),
      error: wireError.optional(),
    }),
  ),
});
export type AtTargets = z.infer<typeof atTargets>;
