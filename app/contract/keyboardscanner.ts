/** The facts that the station learned about its keyboard scanner (a "wedge": it types). */
import { z } from 'zod';
import { isoTime } from './base.ts';

/** The keys with which a scanner ends a scan: Enter (CR), Ctrl+J (LF), Tab. */
export const scannerEnd = z.enum(['enter', 'lf', 'tab']);
export type ScannerEnd = z.infer<typeof scannerEnd>;

/**
 * One stroke: `KeyZ`, `Shift+KeyZ`, `Ctrl+BracketRight`, `F8`, `Alt+029`. It names the place of the key, not this PC's
 * character.
 */
const strokeId = z.string().min(1).max(40);

/** The findings of the page that teaches. */
export const taughtScanner = z.strictObject({
  /** The keys after each scan, in order. With none, a pause ends a scan. */
  suffix: z.array(scannerEnd).max(2),
  /** The text before each scan. A scan without it is refused. */
  prefix: z.string().max(8),
  /** The longest pause between two keys of one scan while it was taught. */
  gapMs: z.number().min(0).max(45),
  /** The scanner presses the next key before it releases the last one, so that overlap does not show two sources. */
  overlaps: z.boolean(),
  /** The character of each stroke. A scan with a stroke that is not here is refused. */
  keys: z
    .record(strokeId, z.string().length(1))
    .refine((keys) => Object.keys(keys).length >= 10, 'digits at least')
    .refine((keys) => Object.keys(keys).length <= 300, 'no keyboard has so many'),
});
export type TaughtScanner = z.infer<typeof taughtScanner>;

/** The stored form. */
export const keyboardScanner = taughtScanner.extend({
  taughtAt: isoTime,
  taughtBy: z.string().min(1).max(60),
});
export type KeyboardScanner = z.infer<typeof keyboardScanner>;
