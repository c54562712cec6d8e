/** Building blocks of the other schemas: times, serials, people, errors on the wire. */
import { z } from 'zod';
import { errorCodes } from './errors.ts';
import { formSentences } from './schemasentences.ts';

export const isoTime = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/, 'a time in UTC such as 2026-11-21T08:00:00Z');
const isMoment = (text: string): boolean => {
  const at = Date.parse(text);
  // 30 February is read as 2 March.
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text.slice(0, 10));
};
/**
 * A border of a period. Records are compared with it as texts, so that it has milliseconds as theirs have: `08:00:00Z` would
 * stand behind `08:00:00.000Z`.
 */
export const borderTime = isoTime
  .refine(isMoment, 'a day and a time that the calendar has')
  .overwrite((text) => (isMoment(text) ? new Date(text).toISOString() : text));
export const hex = z.string().regex(/^[0-9a-f]+$/, 'digits and the small letters a to f');

/** A unit serial as printed on a label. AWS thing names allow `[a-zA-Z0-9:_-]` up to 128; labels are shorter. */
export const unitSerial = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9:_-]{0,63}$/, 'letters, digits, : _ and -, at most 64, a letter or digit first');
/** Text that people give and read, trimmed. Signs that no one sees could turn a line round, or make two names look alike. */
export const plainText = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, 'no control characters, and none that cannot be seen');
/** RFC 1123, or an address, or none. Records of earlier versions may have any text, so that only what is given now is held to it. */
export const hostName = z
  .string()
  .max(253)
  .regex(/^$|^(?=.*[a-z\d])[a-z\d_-]+(\.[a-z\d_-]+)*\.?$|^[\da-f.]*:[\da-f:.]+$/i, formSentences.hostName);
export const slotId = z.int().min(1).max(32);

export const role = z.enum(['operator', 'qa', 'engineer']);
export type Role = z.infer<typeof role>;

/** A badge number is the text that a scanner reads from a badge. */
export const badge = z.string().regex(/^[A-Za-z0-9-]{3,32}$/, 'letters, digits and -, 3 to 32 of them');
/** Why a person gets another badge. */
export const badgeReason = z.enum(['lost', 'damaged', 'other']);
export type BadgeReason = z.infer<typeof badgeReason>;
export const pin = z.string().regex(/^\d{4,12}$/, '4 to 12 digits');

export const person = z.object({
  personId: z.int(),
  name: z.string(),
  /** As on record: a command of an earlier version took any text for the badge of the first person. */
  badge: z.string(),
  role,
});
export type Person = z.infer<typeof person>;

export const wireError = z.object({
  code: z.enum(errorCodes),
  detail: z.string(),
  data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});

export const outcome = z.enum(['PASS', 'FAIL', 'ERROR', 'ABORTED']);
