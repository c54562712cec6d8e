/** What happened at the gateway of the practice AWS, for the practice panel. */
import { z } from 'zod';
import { isoTime } from './base.ts';

/** Names of events and reasons are those of AWS's own log, in English. */
export const practiceLogEntry = z.object({
  /** Counts the entries from 1. */
  seq: z.int(),
  at: isoTime,
  event: z.string(),
  failed: z.boolean(),
  clientId: z.string().optional(),
  /** Id of the certificate, or of the user. */
  principalId: z.string().optional(),
  topic: z.string().optional(),
  reason: z.string().optional(),
  details: z.string().optional(),
});
export type PracticeLogEntry = z.infer<typeof practiceLogEntry>;

/** The newest first, at most 200. */
export const practiceLog = z.object({ entries: z.array(practiceLogEntry) });
