/** The rows of the method table about making a station. */
import { z } from 'zod';
import { done, method } from './method.ts';
import * as m from './model.ts';

/** For a station without settings: the PIN must follow the usual rules. */
const firstPerson = z
  .strictObject({ name: m.plainText(60), badge: m.badge, pin: m.pin })
  .refine(({ pin, badge }) => m.pinProblemOf(pin, badge) === undefined, {
    path: ['pin'],
    message: 'six digits or more that are not easily guessed',
  });

export const stationPlan = z.strictObject({
  name: z.string().min(1).max(60),
  organisation: z.string().min(1).max(60),
  passphrase: z.string().min(12).max(1024),
  engineer: firstPerson,
  operator: firstPerson.optional(),
  slots: z.array(m.slotConfig).min(1).max(32),
  cloud: m.savedTarget.optional(),
  device: m.deviceConfig,
  order: z
    .strictObject({
      orderId: m.order.shape.orderId,
      model: m.order.shape.model,
      quantity: m.order.shape.quantity,
    })
    .optional(),
});
export type StationPlan = z.infer<typeof stationPlan>;

export const setupMethods = {
  /** Shows what `setup.run` would make, without making it. */
  'setup.preview': method(
    z.strictObject({
      name: z.string().max(60),
      organisation: z.string().max(60),
    }),
    z.object({
      folder: z.string(),
      exists: z.boolean(),
      rootSubject: z.string(),
      issuingSubject: z.string(),
    }),
    'anyone',
    false,
  ),
  /** Makes the station, then opens and checks it once. A failed check takes nothing back. */
  'setup.run': method(
    stationPlan,
    z.object({ stationId: z.string(), folder: z.string(), checks: z.array(m.doctorCheck) }),
    'anyone',
    'station.made',
  ),
  /** Closes this station and opens the other one in the same program. */
  'setup.open': method(z.strictObject({ which: z.enum(['practice', 'real']) }), done, 'anyone', 'station.opened'),
};
