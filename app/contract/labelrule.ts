/** Label rules: the form of labels and badges, as data that an engineer writes. app/line/labels applies them. */
import { z } from 'zod';
import { formSentences as said } from './schemasentences.ts';

/** The scheme of a label's check characters. `mod10`: GS1 and UPC; `mod43`: Code 39; the last two: ISO/IEC 7064. */
export const checkKind = z.enum(['none', 'mod10', 'luhn', 'mod43', 'mod37-36', 'mod97-10']);
export type CheckKind = z.infer<typeof checkKind>;

/** The length of the unit serial (of the whole text for badges and orders), in characters. */
const labelLength = z
  .strictObject({ min: z.int().min(1).max(4096), max: z.int().min(1).max(4096) })
  .refine(({ min, max }) => min <= max, said.labelLengths);

/** The label is the unit serial and nothing else. */
const plainRule = z.strictObject({ kind: z.literal('plain') });

/**
 * A regular expression of RE2 for the whole text, with named parts, e.g. `SN:(?P<serial>[A-Z0-9]{8})`. Parts of a
 * unit's label: `serial` (needed), `model`, `order`, `lot`; of a badge: `badge`; of an order's label: `order`. With
 * `check`, the check characters are the part `check`, or else the last characters of the checked text. The checked text
 * is the part `checked`, or else the serial, badge or order.
 */
export const patternRule = z.strictObject({
  kind: z.literal('pattern'),
  pattern: z.string().min(1).max(500),
  check: checkKind.default('none'),
  length: labelLength.optional(),
});
export type PatternRule = z.infer<typeof patternRule>;

const gtin = z.string().regex(/^(\d{8}|\d{12}|\d{13}|\d{14})$/, said.gtinDigits);

/** GS1 application identifiers: (21) is the unit serial, (01) tells the model, (10) the lot. */
const gs1Rule = z.strictObject({
  kind: z.literal('gs1'),
  /** The allowed GTINs, each with its model. An empty list allows any GTIN, or none. */
  gtins: z
    .array(z.strictObject({ gtin, model: z.string().min(1).max(64) }))
    .max(200)
    .default([]),
  /** It has no default, because only the length shows a lost separator. */
  length: labelLength,
});
export type Gs1Rule = z.infer<typeof gs1Rule>;

export const labelRule = z.discriminatedUnion('kind', [plainRule, patternRule, gs1Rule]);
export type LabelRule = z.infer<typeof labelRule>;

/** A station's rules. An order's own rule for its units comes first, then that of its recipe, then `unit`. */
export const scanRules = z.strictObject({
  badge: patternRule.nullable().default(null),
  order: patternRule.nullable().default(null),
  unit: labelRule.default({ kind: 'plain' }),
});
export type ScanRules = z.infer<typeof scanRules>;

export const plainRules: ScanRules = { badge: null, order: null, unit: { kind: 'plain' } };
