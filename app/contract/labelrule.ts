/** Label rules: what is printed on labels and badges, as data an engineer writes. They are applied in app/line/labels. */
import { z } from 'zod';

/** How a label's check characters are made. `mod10`: GS1 and UPC; `mod43`: Code 39; the last two: ISO/IEC 7064. */
export const checkKind = z.enum(['none', 'mod10', 'luhn', 'mod43', 'mod37-36', 'mod97-10']);
export type CheckKind = z.infer<typeof checkKind>;

/** Of the unit serial (of the whole text for badges and orders), in characters. */
const labelLength = z
  .strictObject({ min: z.int().min(1).max(4096), max: z.int().min(1).max(4096) })
  .refine(({ min, max }) => min <= max, 'the shortest is not longer than the longest');

/** Nothing but the unit serial. */
const plainRule = z.strictObject({ kind: z.literal('plain') });

/**
 * A regular expression of RE2 for the whole text, with named parts, e.g. `SN:(?P<serial>[A-Z0-9]{8})`. Parts of a unit's
 * label: `serial` (needed), `model`, `order`, `lot`; of a badge: `badge`; of an order's label: `order`. With `check`:
 * the check characters are the part `check`, or else the last of what they are over; that is the part `checked`, or
 * else the serial, badge or order.
 */
export const patternRule = z.strictObject({
  kind: z.literal('pattern'),
  pattern: z.string().min(1).max(500),
  check: checkKind.default('none'),
  length: labelLength.optional(),
});
export type PatternRule = z.infer<typeof patternRule>;

const gtin = z.string().regex(/^(\d{8}|\d{12}|\d{13}|\d{14})$/, 'a GTIN has 8, 12, 13 or 14 digits');

/** GS1 application identifiers: (21) is the unit serial, (01) says the model, (10) the lot. */
const gs1Rule = z.strictObject({
  kind: z.literal('gs1'),
  /** The GTINs it may have, each with its model; any GTIN, or none, where the list is empty. */
  gtins: z
    .array(z.strictObject({ gtin, model: z.string().min(1).max(64) }))
    .max(200)
    .default([]),
  /** It has no default: a separator that was lost shows in nothing but the length. */
  length: labelLength,
});
export type Gs1Rule = z.infer<typeof gs1Rule>;

export const labelRule = z.discriminatedUnion('kind', [plainRule, patternRule, gs1Rule]);
export type LabelRule = z.infer<typeof labelRule>;

/** A station's rules. An order's own rule for its units goes before that of its recipe, that before `unit`. */
export const scanRules = z.strictObject({
  badge: patternRule.nullable().default(null),
  order: patternRule.nullable().default(null),
  unit: labelRule.default({ kind: 'plain' }),
});
export type ScanRules = z.infer<typeof scanRules>;

export const plainRules: ScanRules = { badge: null, order: null, unit: { kind: 'plain' } };
