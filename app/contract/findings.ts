/** What a check of a document says: problems refuse it, warnings do not. */
import { z } from 'zod';
import { sentenceCode, sentenceData } from './sentences.ts';

/** `path` is a JSON pointer (RFC 6901); empty for the whole document. `source` names the page that says so. */
export const checkFinding = z.object({
  path: z.string(),
  /** Both count from 1. */
  line: z.int().optional(),
  column: z.int().optional(),
  /** What it says, for screens in the language of the person. */
  code: sentenceCode,
  data: sentenceData,
  /** The same in English. */
  message: z.string(),
  source: z.string().optional(),
});
export type CheckFinding = z.infer<typeof checkFinding>;

export const checkReport = z.object({
  ok: z.boolean(),
  problems: z.array(checkFinding),
  warnings: z.array(checkFinding),
});
export type CheckReport = z.infer<typeof checkReport>;
