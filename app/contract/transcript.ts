/** The conversation with a unit's device, byte for byte, secrets left out. */
import { z } from 'zod';
import { isoTime } from './base.ts';

/**
 * `out`: from the station to the device. `ms` since the attempt began. `text` is printable ASCII; every other byte is `\r`,
 * `\n`, `\t` or `\xNN`, and a backslash is `\\`, so that nothing is lost. `[redacted]` stands for a secret, whatever its length.
 */
export const transcriptLine = z.object({
  ms: z.number(),
  dir: z.enum(['out', 'in']),
  text: z.string(),
  /** About so many bytes before this line were left out. */
  leftOut: z.int().positive().optional(),
  /** The port was gone then; there is no text. */
  lost: z.literal(true).optional(),
});
export type TranscriptLine = z.infer<typeof transcriptLine>;

export const transcriptRow = z.object({
  /** 0: a unit that had passed was looked at again (golden unit). */
  attempt: z.int(),
  startedAt: isoTime,
  driver: z.string(),
  /** That are kept, before compression. */
  bytes: z.int(),
  /** Its middle was left out: it was longer than what is kept. */
  truncated: z.boolean(),
});
export type TranscriptRow = z.infer<typeof transcriptRow>;

export const transcript = transcriptRow.extend({ unitSerial: z.string(), lines: z.array(transcriptLine) });
export type Transcript = z.infer<typeof transcript>;

/** First line of an exported file (JSON Lines); each further line is a `transcriptLine`. */
export const transcriptHeader = z.object({
  format: z.literal('birthmark-transcript'),
  version: z.literal(1),
  unitSerial: z.string(),
  attempt: z.int(),
  driver: z.string(),
  startedAt: isoTime,
  station: z.string(),
});
export type TranscriptHeader = z.infer<typeof transcriptHeader>;

/** Time since the attempt began: `0:04.230`. */
export function clockOf(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  const seconds = String(Math.floor(whole / 1000) % 60).padStart(2, '0');
  return `${Math.floor(whole / 60_000)}:${seconds}.${String(whole % 1000).padStart(3, '0')}`;
}

const arrows = { out: '>', in: '<' } as const;

export const lineText = ({ ms, dir, text, leftOut, lost }: TranscriptLine): string => {
  const gap = leftOut === undefined ? '' : `# about ${leftOut} bytes left out here\n`;
  return gap + (lost ? `${clockOf(ms)} # the port was gone` : `${clockOf(ms)} ${arrows[dir]} ${text}`);
};

/** The whole of a conversation as text, for a file or the clipboard. */
export const transcriptText = ({ unitSerial, attempt, startedAt, driver, truncated, lines }: Transcript): string =>
  [
    `# unit ${unitSerial}, attempt ${attempt}, ${startedAt}, driver ${driver}${truncated ? ', the middle left out' : ''}`,
    '# minutes:seconds since the beginning; > station to device, < device to station',
    '# \\r \\n \\t \\xNN: one byte; \\\\: a backslash; [redacted]: a secret',
    ...lines.map(lineText),
    '',
  ].join('\n');
