/** The rows of the method table for what QA takes out of the records. */
import { z } from 'zod';
import { exportFormat, exportScope, exportsSnapshot, printLanguage } from './exports.ts';
import { desk, done, type MethodSpec, method, none } from './method.ts';

export const exportMethods = {
  /**
   * Makes a file in the background, in the folder `exports` of the station; progress comes by `exports.changed`. The file
   * of the export before is removed.
   *
   * @throws call.badParams – one is running
   */
  'exports.start': method(z.strictObject({ format: exportFormat, scope: exportScope }), done, desk, false),
  /** Ends the running export; nothing of it stays. */
  'exports.stop': method(none, done, desk, false),
  'exports.snapshot': method(none, exportsSnapshot, desk, false),
  /**
   * A piece of the file, a megabyte at the most. `offset` is in bytes; the last piece has the `next` null.
   *
   * @throws call.stale – another export was made since then
   */
  'exports.filePart': method(
    z.strictObject({ exportId: z.int(), offset: z.int().min(0) }),
    z.object({ bytes: z.base64(), next: z.int().nullable() }),
    desk,
    false,
  ),
  /**
   * The birth record of a unit as a PDF.
   *
   * @throws unit.notFound
   */
  'units.birthRecord': method(
    z.strictObject({ unitSerial: z.string().max(128), language: printLanguage }),
    z.object({ pdf: z.base64() }),
    desk,
    false,
  ),
} as const satisfies Record<string, MethodSpec>;
