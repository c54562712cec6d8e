/** The conversation with a unit's device, byte for byte, without secrets. */
import { z } from 'zod';
import { isoTime } from './base.ts';

/**
 * How long conversations of units that passed are kept: so many days, or the latest so many. Null: without end. Those of
 * other units are always kept.
 */
export const transcriptRule = z.strictObject({
  days: z.int().min(1).max(36_500).nullable(),
  most: z.int().min(0).max(100_000_000).nullable(),
});
export type TranscriptRule = z.infer<typeof transcriptRule>;

/**
 * `out` means from the station to the device. `ms` counts from the beginning of the attempt. `text` is printable ASCII;
 * every other byte is `\r`, `\n`, `\t` or `\xNN`, and a backslash is `\\`, so that nothing is lost. `[redacted]` stands
 * for a secret of any length.
 */
export const transcriptLine = z.object({
  ms: z.number(),
  dir: z.enum(['out', 'in']),
  text: z.string(),
  /** About this many bytes before this line were left out. */
  leftOut: z.int().positive().optional(),
  /** The port was gone at this time. There is no text. */
  lost: z.literal(true).optional(),
});
export type TranscriptLine = z.infer<typeof transcriptLine>;

export const transcriptRow = z.object({
  /** 0 means a check of a unit that had passed (golden unit). */
  attempt: z.int(),
  startedAt: isoTime,
  driver: z.string(),
  /** The bytes that are kept, before compression. */
  bytes: z.int(),
  /** The middle was left out, because the conversation exceeded the limit. */
  truncated: z.boolean(),
});
export type TranscriptRow = z.infer<typeof transcriptRow>;

export const transcript = transcriptRow.extend({ unitSerial: z.string(), lines: z.array(transcriptLine) });
export type Transcript = z.infer<typeof transcript>;

/** The first line of an exported file (JSON Lines). Each further line is a `transcriptLine`. */
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

/** The time since the attempt began: `0:04.230`. */
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

/** A whole conversation as text, for a file or the clipboard. */
export const transcriptText = ({ unitSerial, attempt, startedAt, driver, truncated, lines }: Transcript): string =>
  [
    `# unit ${unitSerial}, attempt ${attempt}, ${startedAt}, driver ${driver}${truncated ? ', the middle left out' : ''}`,
    '# minutes:seconds since the beginning; > station to device, < device to station',
    '# \\r \\n \\t \\xNN: one byte; \\\\: a backslash; [redacted]: a secret',
    ...lines.map(lineText),
    '',
  ].join('\n');
