/** Recipes: the work on a unit of a model, as data that an engineer writes and approves. */
import { z } from 'zod';
import { hostName, isoTime, unitSerial } from './base.ts';
import { batchWay } from './batches.ts';
import { documentName } from './documents.ts';
import { driverSettings } from './drivers.ts';
import { labelRule } from './labelrule.ts';
import { lineChoice } from './lines.ts';
import { profileProblem } from './profileview.ts';
import { formSentences as said } from './schemasentences.ts';
import { saidShape } from './sentences.ts';
import { targetName } from './targets.ts';
import { newModel } from './units.ts';

const usbId = z.string().regex(/^[0-9a-f]{4}$/, said.usbId);
/** Fixed text and `{unitSerial}`, `{model}` or `{hardwareId}`. AWS IoT must accept the result as a thing name. */
const thingName = z
  .string()
  .min(1)
  .max(128)
  .regex(/^(?:[a-zA-Z0-9:_-]|\{(?:unitSerial|model|hardwareId)\})+$/, said.thingNameForm)
  .refine((text) => /\{(unitSerial|hardwareId)\}/.test(text), said.thingNameOfUnit);

/** A topic or a filter, with the same braces as a thing name, and `{thingName}`. AWS takes 256 bytes and 7 slashes. */
const topic = z
  .string()
  .min(1)
  .max(256)
  .regex(/^(?:[^{}\0]|\{(?:unitSerial|model|hardwareId|thingName)\})+$/, {
    error: said.topicBraces,
  });

/** Fixed text and what the station knows of the unit. */
const parameterText = z
  .string()
  .max(800)
  .regex(/^(?:[^{}]|\{(?:unitSerial|model|hardwareId|thingName|orderId)\})*$/, said.parameterTexts);

/** A provisioning template in AWS (`CreateProvisioningTemplate`, AWS IoT API reference). */
export const awsTemplateName = z.string().regex(/^[0-9A-Za-z_-]{1,36}$/, said.awsTemplateName);

/**
 * How AWS IoT comes to know the units of a recipe ("Device provisioning", AWS IoT developer guide): the station
 * registers them, or a device makes itself known when it first connects.
 */
export const provisioning = z.discriminatedUnion('way', [
  z.strictObject({ way: batchWay, targets: z.array(targetName).min(1).max(20) }),
  z.strictObject({ way: z.enum(['jitp', 'jitr']), targets: z.array(targetName).min(1).max(20) }),
  z.strictObject({ way: z.literal('claim'), target: targetName, template: awsTemplateName }),
  z.strictObject({
    way: z.literal('trustedUser'),
    target: targetName,
    template: awsTemplateName,
    /** Who uses the claim: the device itself, or the station for a device without a network. */
    by: z.enum(['station', 'device']).default('station'),
    /** The parameters of the template, by the names that it gives them. */
    parameters: z.record(z.string().min(1).max(128), parameterText).default({ SerialNumber: '{unitSerial}' }),
  }),
]);
export type Provisioning = z.infer<typeof provisioning>;

/** What is asked of a unit's first connection. */
export const firstConnectionRule = z.strictObject({
  /** A unit that has not connected this many days after its PASS is overdue. */
  dueDays: z.int().min(1).max(3650).default(90),
  /** The device must connect at the bench before its PASS. */
  beforePass: z.boolean().default(false),
});

export const recipeFile = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,39}$/, said.smallName),
  /** The model that the device reports; `*` means any. */
  model: z.string().min(1).max(64),
  driver: z.string().regex(/^[a-z0-9]{1,20}$/, said.driverName),
  settings: driverSettings.default({}),
  /** What differs from the driver's line. A slot may differ again. */
  line: lineChoice.default({}),
  profile: z.string().min(1).max(40),
  /** AWS's own CA in the account of this target, in place of the station's CA. */
  issuer: z.strictObject({ aws: targetName }).optional(),
  keyType: z.enum(['P-256', 'P-384', 'P-521']).default('P-256'),
  config: z
    .strictObject({
      /** The host that the device connects to. Empty for a device that knows it. */
      endpoint: z.string().max(253).default(''),
      thingName: thingName.default('{unitSerial}'),
      /** What the device says and hears. The policies are checked for it; the device is not told. */
      topics: z
        .strictObject({ publish: z.array(topic).max(20).default([]), subscribe: z.array(topic).max(20).default([]) })
        .optional(),
    })
    .prefault({}),
  /** The root that the device must trust when it connects: Amazon's, that of the station's own CA, or PEM. */
  rootCa: z
    .union([z.enum(['amazon', 'station']), z.string().startsWith('-----BEGIN CERTIFICATE-----').max(8192)])
    .default('amazon'),
  provisioning: provisioning.optional(),
  firstConnection: firstConnectionRule.optional(),
  /** A template that the station keeps, by which AWS makes the units. What it needs, its profile must supply. */
  template: documentName.optional(),
  seal: z.boolean().default(true),
  /** How often the station itself retries a unit whose link failed. */
  retries: z.int().min(0).max(5).default(0),
  /** A unit that takes longer has failed. */
  timeLimitSeconds: z.int().min(5).max(1800).default(300),
  /** The USB devices that a slot accepts for such a unit. An empty list accepts any port. */
  usb: z
    .array(z.strictObject({ vendorId: usbId, productId: usbId.optional() }))
    .max(16)
    .default([]),
  /** A label scanned while no slot asks for one is kept for the next device that is plugged in. */
  continuous: z.boolean().default(false),
  /** The rule for its units' labels. An order's own rule comes before it, the station's after it. */
  label: labelRule.nullable().default(null),
  /** A unit that passed before. It is checked again at this interval before others are made. */
  goldenUnit: z
    .strictObject({ unitSerial, everyHours: z.int().min(1).max(168) })
    .nullable()
    .default(null),
});
export type RecipeFile = z.infer<typeof recipeFile>;

/** `#` is a whole level and the last, `+` a whole level (MQTT 3.1.1 §4.7.1). */
const isFilter = (text: string): boolean =>
  text
    .split('/')
    .every((level, at, { length }) => !/[+#]/.test(level) || level === '+' || (level === '#' && at === length - 1));

/**
 * A recipe as a person gives it: what no order, host or broker could have is refused. One that is kept is read without this,
 * so that what an earlier version took goes on.
 */
export const givenRecipe = recipeFile.superRefine(({ model, config, usb }, context) => {
  const refuse = (path: PropertyKey[], message: string) => context.addIssue({ code: 'custom', path, message });
  if (newModel.safeParse(model).data !== model) refuse(['model'], said.modelText);
  if (!hostName.safeParse(config.endpoint).success) refuse(['config', 'endpoint'], said.hostName);
  for (const [at, text] of (config.topics?.publish ?? []).entries())
    if (/[+#]/.test(text)) refuse(['config', 'topics', 'publish', at], said.topicPlain);
  for (const [at, text] of (config.topics?.subscribe ?? []).entries())
    if (!isFilter(text)) refuse(['config', 'topics', 'subscribe', at], said.topicFilter);
  const devices = usb.map(({ vendorId, productId = '' }) => `${vendorId} ${productId}`);
  for (const [at, device] of devices.entries()) if (devices.indexOf(device) < at) refuse(['usb', at], said.usbOnce);
});

/** `path` as in JavaScript, e.g. `usb[0].vendorId`; line and column count from 1. `source` names the page that says so. */
export const recipeFinding = profileProblem.extend({
  line: z.int().optional(),
  column: z.int().optional(),
  source: z.string().optional(),
});
export type RecipeFinding = z.infer<typeof recipeFinding>;

/** What one account says about a recipe. Each problem and warning comes with its remedy. `found` is what is as it should be. */
export const recipeInAws = z.object({
  target: z.string(),
  problems: z.array(recipeFinding.extend({ remedy: saidShape })),
  warnings: z.array(recipeFinding.extend({ remedy: saidShape })),
  found: z.array(saidShape),
});
export type RecipeInAws = z.infer<typeof recipeInAws>;

export const recipeText = z.string().max(20_000);

/** The recipe of a unit. `hash` is the beginning of the SHA-256 of the recipe's text. */
export const recipeMark = z.object({ name: z.string(), version: z.int(), hash: z.string() });
export type RecipeMark = z.infer<typeof recipeMark>;

export const recipeView = recipeMark.extend({
  /** `approved` means in use. A newer approved version, or retiring, ends that. */
  state: z.enum(['draft', 'approved', 'replaced', 'retired']),
  model: z.string(),
  driver: z.string(),
  profile: z.string(),
  text: z.string(),
  /** Why it cannot be used now: its profile or its driver has changed since the approval. */
  problems: z.array(profileProblem),
  madeBy: z.string(),
  madeAt: isoTime,
  approvedBy: z.string().nullable(),
  approvedAt: isoTime.nullable(),
  /** The plant has put this name into use: it is changed there alone. */
  fromPlant: z.boolean(),
});
export type RecipeView = z.infer<typeof recipeView>;
