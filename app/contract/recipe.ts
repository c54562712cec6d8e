/** Recipes: what is done to a unit of a model, as data an engineer writes and approves. */
import { z } from 'zod';
import { isoTime, unitSerial } from './base.ts';
import { driverSettings } from './drivers.ts';
import { labelRule } from './labelrule.ts';
import { profileProblem } from './profileview.ts';

const usbId = z.string().regex(/^[0-9a-f]{4}$/, 'four small hex digits, e.g. 0483');
/** Fixed text and `{unitSerial}`, `{model}` or `{hardwareId}`; what AWS IoT takes as a thing name. */
const thingName = z
  .string()
  .min(1)
  .max(128)
  .regex(
    /^(?:[a-zA-Z0-9:_-]|\{(?:unitSerial|model|hardwareId)\})+$/,
    'letters, digits, ":", "_", "-" and {unitSerial}, {model}, {hardwareId}',
  )
  .refine((text) => /\{(unitSerial|hardwareId)\}/.test(text), 'must name the unit: {unitSerial} or {hardwareId}');

export const recipeFile = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,39}$/, 'small letters, digits, "." and "-", at most 40'),
  /** What the device says it is; `*` for any. */
  model: z.string().min(1).max(64),
  driver: z.string().regex(/^[a-z0-9]{1,20}$/),
  settings: driverSettings.default({}),
  profile: z.string().min(1).max(40),
  keyType: z.enum(['P-256', 'P-384', 'P-521']).default('P-256'),
  config: z
    .strictObject({
      /** Host the device connects to; empty for one that knows it. */
      endpoint: z.string().max(253).default(''),
      thingName: thingName.default('{unitSerial}'),
    })
    .prefault({}),
  /** The root the device must trust when it connects: Amazon's, that of the station's own CA, or PEM. */
  rootCa: z
    .union([z.enum(['amazon', 'station']), z.string().startsWith('-----BEGIN CERTIFICATE-----').max(8192)])
    .default('amazon'),
  seal: z.boolean().default(true),
  /** How often a unit whose link failed is tried again by itself. */
  retries: z.int().min(0).max(5).default(0),
  /** A unit that takes longer has failed. */
  timeLimitSeconds: z.int().min(5).max(1800).default(300),
  /** What a slot takes for such a unit; any port where there is none. */
  usb: z
    .array(z.strictObject({ vendorId: usbId, productId: usbId.optional() }))
    .max(16)
    .default([]),
  /** A label scanned while no slot asks for one is kept for the next device that is plugged in. */
  continuous: z.boolean().default(false),
  /** How its units' labels are read; an order's own rule goes before it, the station's after it. */
  label: labelRule.nullable().default(null),
  /** A unit that has passed, checked again so often before others are made. */
  goldenUnit: z
    .strictObject({ unitSerial, everyHours: z.int().min(1).max(168) })
    .nullable()
    .default(null),
});
export type RecipeFile = z.infer<typeof recipeFile>;

export const recipeText = z.string().min(2).max(20_000);

/** What a unit was made by; `hash` is the beginning of the SHA-256 of the recipe's text. */
export const recipeMark = z.object({ name: z.string(), version: z.int(), hash: z.string() });
export type RecipeMark = z.infer<typeof recipeMark>;

export const recipeView = recipeMark.extend({
  /** `approved`: in use. A newer approved version, or retiring, ends that. */
  state: z.enum(['draft', 'approved', 'replaced', 'retired']),
  model: z.string(),
  driver: z.string(),
  profile: z.string(),
  text: z.string(),
  /** What keeps it from being used now: its profile or its driver is not what it was when it was approved. */
  problems: z.array(profileProblem),
  madeBy: z.string(),
  madeAt: isoTime,
  approvedBy: z.string().nullable(),
  approvedAt: isoTime.nullable(),
});
export type RecipeView = z.infer<typeof recipeView>;
