/** Allow-lists of just-in-time registration: units that an account lets in when they first connect. */
import { z } from 'zod';
import { isoTime, wireError } from './base.ts';
import { desk, engineer, method } from './method.ts';
import { targetName } from './targets.ts';

const place = { orderId: z.string().max(64), target: targetName };

export const allowList = z.object({
  ...place,
  /** The units of the order are to be on the list, or to be taken off. */
  wanted: z.boolean(),
  /** `station` when the recipe of the order says it. */
  actor: z.string(),
  changedAt: isoTime,
  /** Units that the account has on its list. */
  listed: z.int(),
  /** Units that are still to be listed, and to be taken off. */
  toList: z.int(),
  toGo: z.int(),
});
export type AllowList = z.infer<typeof allowList>;

/** `resting`: something outside is wrong, and it is tried again. */
export const allowListView = allowList.extend({
  state: z.enum(['settled', 'telling', 'resting']),
  error: wireError.optional(),
});
export type AllowListView = z.infer<typeof allowListView>;

/** What the function of the account made of a unit's certificate, as it wrote it. Null: the device has not connected. */
export const allowedUnit = z.object({
  unitSerial: z.string(),
  certificateId: z.string(),
  listedAt: isoTime,
  result: z.string().nullable(),
  reason: z.string().nullable(),
  resultAt: z.string().nullable(),
});

export const allowListMethods = {
  'cloud.allowLists': method(
    z.strictObject({ orderId: place.orderId.optional() }),
    z.array(allowListView),
    desk,
    false,
  ),
  /**
   * The units that passed, and those that will, are put on the list of the account, or are taken off. The account is told
   * in the background.
   * @throws `order.notFound`, `cloud.noTarget`
   */
  'cloud.setAllowList': method(
    z.strictObject({ orderId: place.orderId, target: targetName.optional(), wanted: z.boolean() }),
    allowListView,
    engineer,
    'allowlist.asked',
  ),
  /** The units on the list, with what AWS's function made of each: at most a hundred after `after`. @throws `cloud.…` */
  'cloud.allowedUnits': method(
    z.strictObject({
      ...place,
      target: targetName.optional(),
      after: z.string().max(64).optional(),
    }),
    z.array(allowedUnit),
    desk,
    false,
  ),
};
