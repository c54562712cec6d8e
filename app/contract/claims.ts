/** Claims: certificates that the devices of an order share, and with which each asks AWS for an identity of its own. */
import { z } from 'zod';
import { isoTime, wireError } from './base.ts';
import { awsTemplateName } from './recipe.ts';
import { targetName } from './targets.ts';

/**
 * `begun`: AWS may have made a certificate, which can do nothing. `made`: its policy is not in place yet. `active`: devices
 * get it. `retired`: no other device gets it; those that have it may still use it. `revoked`: AWS takes it no longer.
 */
export const claimState = z.enum(['begun', 'made', 'active', 'retired', 'revoked']);
export type ClaimState = z.infer<typeof claimState>;

export const claimId = z.int().min(1);

/** Where a claim belongs. */
export const claimPlace = { orderId: z.string(), target: targetName, template: awsTemplateName };

export const claim = z.object({
  claimId,
  ...claimPlace,
  state: claimState,
  /** Null until AWS has made its certificate. SHA-256 of its DER, hex. */
  certificateId: z.string().nullable(),
  madeAt: isoTime,
  madeBy: z.string(),
  endedAt: isoTime.nullable(),
  /** A person asked for it, and AWS is to be told. */
  revokeAsked: z.boolean(),
  /** Units that got it, and those of them that AWS has made things of. */
  units: z.int(),
  registered: z.int(),
});
export type Claim = z.infer<typeof claim>;

/**
 * `open`: its key is open, so that the line can write it. `hookError`: why the hook of the account cannot be told which units
 * may come with it; it is tried again every minute.
 */
export const claimView = claim.extend({ open: z.boolean(), hookError: wireError.optional() });
export type ClaimView = z.infer<typeof claimView>;
