/** The conversation with a unit's device, byte for byte, secrets left out. */
import { z } from 'zod';
import { isoTime } from './base.ts';

/** `out`: from the station to the device. `text` has control bytes as `\xNN`, so that nothing is lost. */
export const transcriptLine = z.object({ ms: z.number(), dir: z.enum(['out', 'in']), text: z.string() });
export type TranscriptLine = z.infer<typeof transcriptLine>;

export const transcriptRow = z.object({
  attempt: z.int(),
  startedAt: isoTime,
  driver: z.string(),
  bytes: z.int(),
  /** Its middle was left out: it was longer than what is kept. */
  truncated: z.boolean(),
});
export type TranscriptRow = z.infer<typeof transcriptRow>;

export const transcript = transcriptRow.extend({ unitSerial: z.string(), lines: z.array(transcriptLine) });
export type Transcript = z.infer<typeof transcript>;
