/** The rows of the method table about scans. */
import { z } from 'zod';
import { scanRules } from './labelrule.ts';
import { desk, method } from './method.ts';
import { scanReading, scanText } from './scanning.ts';

export const scanMethods = {
  /** Tells what a scan is, by the rules of the active order, its recipe and the station. Changes nothing. */
  'scan.read': method(z.strictObject({ text: scanText }), scanReading, 'anyone', false),
  /**
   * Tells what a scan would be by rules that are not in use yet, for units of the active order.
   * @throws `scan.badRule`
   */
  'scan.preview': method(z.strictObject({ text: scanText, rules: scanRules }), scanReading, desk, false),
  /**
   * Takes the text of a serial scanner's scan, once.
   * @throws `call.stale` – when another page has it, or it is too old
   */
  'scan.take': method(
    z.strictObject({ scanId: z.string().max(64) }),
    z.object({ text: z.string(), scannerId: z.int() }),
    'anyone',
    false,
  ),
} as const;
