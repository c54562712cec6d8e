/** What QA takes out of the records as a file. */
import { z } from 'zod';
import { borderTime, isoTime, wireError } from './base.ts';

/** Which entries: all that fulfil every condition that is given. Without one it is the whole log. */
export const exportScope = z.strictObject({
  /** From then on. */
  from: borderTime.optional(),
  /** Before then. */
  to: borderTime.optional(),
  orderId: z.string().min(1).max(128).optional(),
  batchId: z.string().min(1).max(128).optional(),
  unitSerial: z.string().min(1).max(128).optional(),
  /** A name, a badge, or both as the entries have them: `Ola (OP-1)`. */
  operator: z.string().min(1).max(256).optional(),
});
export type ExportScope = z.infer<typeof exportScope>;

/** `bundle` is a zip with proofs; the other two are the entries alone. */
export const exportFormat = z.enum(['bundle', 'csv', 'jsonl']);
export type ExportFormat = z.infer<typeof exportFormat>;

/** The export of this station: the one that runs, or the last one. Its file is kept until the next one. */
export const exportJob = z.object({
  exportId: z.int(),
  state: z.enum(['running', 'done', 'stopped', 'failed']),
  format: exportFormat,
  scope: exportScope,
  startedAt: isoTime,
  endedAt: isoTime.nullable(),
  /** Steps of the work, for a progress bar; `of` is 0 while it is not known. */
  done: z.int(),
  of: z.int(),
  /** The file in the folder `exports` of the station; null until it is whole. */
  file: z.object({ name: z.string(), bytes: z.int(), entries: z.int(), size: z.int(), root: z.string() }).nullable(),
  error: wireError.nullable(),
});
export type ExportJob = z.infer<typeof exportJob>;

export const exportsSnapshot = z.object({
  seq: z.int(),
  /** Null before the first one since the station started. */
  job: exportJob.nullable(),
});

export const printLanguage = z.enum(['en', 'de']);
