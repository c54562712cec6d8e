/** The rows of the method table about scans. */
import { z } from 'zod';
import { scanRules } from './labelrule.ts';
import { desk, method } from './method.ts';
import { scanReading, scanText } from './scanning.ts';

export const scanMethods = {
  /** What a scan is, by the rules of the active order, its recipe and the station. Changes nothing. */
  'scan.read': method(z.strictObject({ text: scanText }), scanReading, 'anyone', false),
  /** What a scan would be by rules that are not in use yet, for units of the active order. Refuses `scan.badRule`. */
  'scan.preview': method(z.strictObject({ text: scanText, rules: scanRules }), scanReading, desk, false),
  /** The text of a scan of a serial scanner, once; refuses `call.stale` where another page has it or it is too old. */
  'scan.take': method(
    z.strictObject({ scanId: z.string().max(64) }),
    z.object({ text: z.string(), scannerId: z.int() }),
    'anyone',
    false,
  ),
} as const;
