/** Methods about work orders. */
import { z } from 'zod';
import { done, engineer, everyone, type MethodSpec, method, none } from './method.ts';
import * as m from './model.ts';

export const orderMethods = {
  'orders.list': method(none, z.array(m.order), everyone, false),
  'orders.make': method(
    z.strictObject({
      orderId: m.order.shape.orderId,
      model: m.order.shape.model,
      quantity: m.order.shape.quantity,
      /** Give both or neither. `rangeProblem` says what is wrong with them. */
      serialFrom: m.unitSerial.optional(),
      serialTo: m.unitSerial.optional(),
      endsAt: m.isoTime.optional(),
      /** The only profile for its units. The default is the station's own. */
      profile: z.string().min(1).max(64).optional(),
      recipe: z.string().min(1).max(40).optional(),
      /**
       * The rule for its labels. The default is that of its recipe or of the station.
       *
       * @throws `scan.badRule`
       */
      label: m.labelRule.optional(),
      activate: z.boolean().default(true),
    }),
    m.order,
    engineer,
    'order.made',
  ),
  /** Takes no more units; those that have a certificate can still be completed. */
  'orders.close': method(z.strictObject({ orderId: z.string() }), done, engineer, 'order.closed'),
  /** How the order's units are registered while the line runs; null for not at all. */
  'orders.register': method(
    z.strictObject({ orderId: z.string(), registration: m.orderRegistration.nullable() }),
    done,
    engineer,
    'order.registration',
  ),
  'orders.activate': method(z.strictObject({ orderId: z.string() }), done, engineer, 'order.activated'),
} as const satisfies Record<string, MethodSpec>;
