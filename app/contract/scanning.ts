/** The kinds of a scan, and scanners on a serial port. */
import { z } from 'zod';
import { badge, isoTime, unitSerial, wireError } from './base.ts';

/** The text as the scanner sent it: printable characters, possibly GS (U+001D) and an AIM prefix such as `]d2`. */
export const scanText = z.string().min(1).max(4096);

export const unitReading = z.object({
  kind: z.literal('unit'),
  unitSerial,
  model: z.string().optional(),
  /** 14 digits. */
  gtin: z.string().optional(),
  lot: z.string().optional(),
});
export type UnitReading = z.infer<typeof unitReading>;
const badgeReading = z.object({ kind: z.literal('badge'), badge });
const orderReading = z.object({ kind: z.literal('order'), orderId: z.string() });

const certainReading = z.discriminatedUnion('kind', [unitReading, badgeReading, orderReading]);
export type CertainReading = z.infer<typeof certainReading>;

export const scanReading = z.discriminatedUnion('kind', [
  unitReading,
  badgeReading,
  orderReading,
  /** A person must choose. */
  z.object({ kind: z.literal('ambiguous'), readings: z.array(certainReading) }),
  /** A refusal. The scan must not be used. */
  z.object({ kind: z.literal('unknown'), error: wireError }),
]);
export type ScanReading = z.infer<typeof scanReading>;

/** The scan that began a unit. Its journal keeps it. */
export const scanned = z.object({
  text: z.string(),
  model: z.string().optional(),
  gtin: z.string().optional(),
  lot: z.string().optional(),
});
export type Scanned = z.infer<typeof scanned>;

export const scannerSuffix = z.enum(['cr', 'lf', 'crlf', 'tab', 'none']);
export type ScannerSuffix = z.infer<typeof scannerSuffix>;

/** A barcode scanner on a serial port (USB-COM). */
export const scannerConfig = z.strictObject({
  scannerId: z.int().min(1).max(8),
  name: z.string().min(1).max(40),
  port: z.string().min(1).max(300),
  baud: z.int().min(1200).max(921_600).default(9600),
  /** The end of a scan. With `none`, a pause ends it. */
  suffix: scannerSuffix.default('cr'),
  /** The text before each scan. A scan without it is refused. */
  prefix: z.string().max(16).default(''),
});
export type ScannerConfig = z.infer<typeof scannerConfig>;

export const scannersConfig = z
  .array(scannerConfig)
  .max(8)
  .refine(
    (all) => new Set(all.map(({ scannerId }) => scannerId)).size === all.length,
    'each scanner has its own number',
  )
  .refine((all) => new Set(all.map(({ port }) => port)).size === all.length, 'each scanner has its own port');

export const scannersSnapshot = z.object({
  seq: z.int(),
  scanners: z.array(
    z.object({
      scannerId: z.int(),
      name: z.string(),
      /** `absent`: nothing is plugged in there; `trouble`: its port cannot be opened. */
      state: z.enum(['ready', 'absent', 'trouble']),
      detail: z.string().optional(),
    }),
  ),
  /**
   * The last scan, without its text: `scan.take` gives that to one page. `refused` is set when the scan was not whole.
   */
  last: z.object({ scanId: z.string(), scannerId: z.int(), at: isoTime, refused: wireError.optional() }).optional(),
  /** Whether a keyboard scanner was taught at this station. */
  taught: z.boolean(),
});
export type ScannersSnapshot = z.infer<typeof scannersSnapshot>;
