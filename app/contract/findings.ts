/** What a check of a document says: problems refuse it, warnings do not. */
import { z } from 'zod';

/** `path` is a JSON pointer (RFC 6901); empty for the whole document. `source` names the page that says so. */
export const finding = z.object({
  path: z.string(),
  /** Both count from 1. */
  line: z.int().optional(),
  column: z.int().optional(),
  message: z.string(),
  source: z.string().optional(),
});
export type Finding = z.infer<typeof finding>;

export const checkReport = z.object({ ok: z.boolean(), problems: z.array(finding), warnings: z.array(finding) });
export type CheckReport = z.infer<typeof checkReport>;
