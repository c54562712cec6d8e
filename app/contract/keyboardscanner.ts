/** What the station was taught of its keyboard scanner (a "wedge": it types). */
import { z } from 'zod';
import { isoTime } from './base.ts';

/** Keys that a scanner ends a scan with: Enter (CR), Ctrl+J (LF), Tab. */
export const scannerEnd = z.enum(['enter', 'lf', 'tab']);
export type ScannerEnd = z.infer<typeof scannerEnd>;

/** One stroke: `KeyZ`, `Shift+KeyZ`, `Ctrl+BracketRight`, `F8`, `Alt+029`; the place of the key, not what this PC makes of it. */
const strokeId = z.string().min(1).max(40);

/** What the page that teaches found out. */
export const taughtScanner = z.strictObject({
  /** The keys after each scan, in order; none: a pause ends a scan. */
  suffix: z.array(scannerEnd).max(2),
  /** What comes before each scan; what comes without it is refused. */
  prefix: z.string().max(8),
  /** The longest pause between two keys of one scan while it was taught. */
  gapMs: z.number().min(0).max(45),
  /** It presses the next key before it lets the last one go, so that two sources cannot be told apart by that. */
  overlaps: z.boolean(),
  /** What each stroke stands for. A stroke that is not here was never taught: the scan is refused. */
  keys: z
    .record(strokeId, z.string().length(1))
    .refine((keys) => Object.keys(keys).length >= 10, 'digits at least')
    .refine((keys) => Object.keys(keys).length <= 300, 'no keyboard has so many'),
});
export type TaughtScanner = z.infer<typeof taughtScanner>;

/** As the station keeps it. */
export const keyboardScanner = taughtScanner.extend({
  taughtAt: isoTime,
  taughtBy: z.string().min(1).max(60),
});
export type KeyboardScanner = z.infer<typeof keyboardScanner>;
