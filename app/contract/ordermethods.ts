/** Methods about work orders. */
import { z } from 'zod';
import { done, engineer, everyone, type MethodSpec, method, none } from './method.ts';
import * as m from './model.ts';

const orderFile = z.strictObject({
  /** Its name says what it is: .csv, .xlsx or .json. */
  name: z.string().min(1).max(200),
  base64: z.base64().max(4 * Math.ceil(m.maxOrderFileBytes / 3)),
});

export const orderMethods = {
  'orders.list': method(none, z.array(m.order), everyone, false),
  /** The orders that take units and share unit serials with others; each names ten of them at most. */
  'orders.overlaps': method(
    none,
    z.array(z.object({ orderId: z.string(), overlaps: z.array(m.orderOverlap) })),
    everyone,
    false,
  ),
  'orders.make': method(
    z.strictObject({
      orderId: m.order.shape.orderId,
      model: m.newModel,
      quantity: m.order.shape.quantity,
      /** Give both or neither. `rangeProblem` says what is wrong with them. */
      serialFrom: m.unitSerial.optional(),
      serialTo: m.unitSerial.optional(),
      /** What its unit serials look like, see `fitsPattern`. */
      pattern: z.string().min(1).max(64).optional(),
      /** Its only unit serials, each once. */
      serials: z.array(m.unitSerial).min(1).max(100_000).optional(),
      /** When its units are to be made. */
      dueAt: m.isoTime.optional(),
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
  /**
   * An engineer counted the units that were made, after the records were restored from a backup: its counts are no longer
   * in doubt. To make fewer, change its quantity.
   *
   * @throws `call.badParams` – they are not in doubt
   */
  'orders.reconcile': method(
    z.strictObject({ orderId: z.string(), counted: z.int().min(0).max(1_000_000) }),
    done,
    engineer,
    'order.reconciled',
  ),
  /** How the order's units are registered while the line runs; null for not at all. */
  'orders.register': method(
    z.strictObject({ orderId: z.string(), registration: m.orderRegistration.nullable() }),
    done,
    engineer,
    'order.registration',
  ),
  /** Takes no new units; those that were begun are finished. @throws `order.closed` */
  'orders.pause': method(z.strictObject({ orderId: z.string() }), done, engineer, 'order.paused'),
  'orders.resume': method(z.strictObject({ orderId: z.string() }), done, engineer, 'order.resumed'),
  /** @throws `call.badParams` – the quantity is less than what was made; `order.closed`; `order.ended` – its end has passed */
  'orders.change': method(
    z.strictObject({
      orderId: z.string(),
      quantity: m.order.shape.quantity.optional(),
      dueAt: m.isoTime.nullable().optional(),
      endsAt: m.isoTime.nullable().optional(),
    }),
    m.order,
    engineer,
    'order.changed',
  ),
  /** What a file of orders would make. Nothing is changed. @throws `order.badFile` */
  'orders.preview': method(orderFile, m.orderPreview, engineer, false),
  /**
   * Makes the new orders of a file. An order with a bad row is not made, unless `partial`: then its good rows are taken.
   * An order that is on record as the file has it is left as it is. @throws `order.badFile`
   */
  'orders.import': method(
    orderFile.extend({ partial: z.boolean().default(false) }),
    z.object({ made: z.array(z.string()), preview: m.orderPreview }),
    engineer,
    'order.imported',
  ),
  /** How orders come in without a person, and results go out. */
  'orders.intake': method(none, m.intakeStatus, engineer, false),
  /** `token` and `secret` are new ones, shown this once. @throws `call.badParams` */
  'orders.setIntake': method(
    m.intakeChange,
    m.intakeStatus.extend({ token: z.string().optional(), secret: z.string().optional() }),
    engineer,
    'intake.configured',
  ),
  'orders.activate': method(z.strictObject({ orderId: z.string() }), done, engineer, 'order.activated'),
} as const satisfies Record<string, MethodSpec>;
