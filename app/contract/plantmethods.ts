/** The rows of the method table about the plant. */
import { z } from 'zod';
import { desk, done, engineer, type MethodSpec, method, none } from './method.ts';
import { plantConfig, plantStatus } from './plant.ts';
import { order } from './units.ts';

export const plantMethods = {
  'plant.status': method(none, plantStatus, desk, false),
  /**
   * Joins a plant, or changes how the station uses it. `url` is a secret. `again`: this station was restored from a backup,
   * and ships its whole log once more. `key`: the public key of the plant, in PEM or as 32 bytes in base64url; a `url` of
   * "plant admit" brings it along.
   *
   * @throws `plant.refused`, `plant.unreachable`, `plant.forked`, `call.badParams`
   */
  'plant.join': method(
    z.strictObject({
      url: z.string().min(1).max(2000).optional(),
      again: z.boolean().default(false),
      key: z.string().min(1).max(1000).optional(),
      offline: plantConfig.shape.offline.unwrap().optional(),
      askMs: plantConfig.shape.askMs.unwrap().optional(),
    }),
    plantStatus,
    engineer,
    'plant.joined',
  ),
  /**
   * Leases a part of an order of the plant, which becomes an order here. The plant has to be there. Earlier leases whose
   * answer was lost become orders as well. The result: the new orders, the one that was asked for last.
   *
   * @throws `plant.noLease` – there is no such order, or not so much of it is left; `plant.none`, `plant.unreachable`
   */
  'plant.lease': method(
    z.strictObject({
      orderId: order.shape.orderId,
      quantity: order.shape.quantity,
      activate: z.boolean().default(false),
    }),
    z.array(order),
    engineer,
    'order.made',
  ),
  'plant.leave': method(none, done, engineer, 'plant.left'),
  /** Ships all that the plant does not have. @throws `plant.none`, `plant.unreachable`, `plant.refused`, `plant.forked` */
  'plant.ship': method(none, plantStatus, engineer, false),
} as const satisfies Record<string, MethodSpec>;
