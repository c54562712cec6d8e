/** A transcript as a file in JSON Lines. The first line is a header. */
import { StationError } from '../contract/errors.ts';
import {
  type Transcript,
  type TranscriptHeader,
  type TranscriptLine,
  transcriptHeader,
  transcriptLine,
} from '../contract/transcript.ts';

/** The text of the file. `station` is the version of the program that recorded it. */
export function formatTranscript(transcript: Transcript, station: string): string {
  const { unitSerial, attempt, driver, startedAt, lines } = transcript;
  const format = { format: 'birthmark-transcript', version: 1 } as const;
  const header: TranscriptHeader = { ...format, unitSerial, attempt, driver, startedAt, station };
  return [header, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('');
}

/**
 * Reads a file from `formatTranscript`.
 *
 * @throws call.badParams – for text that is not a transcript, or of another version; the detail names the line
 */
export function parseTranscript(text: string): { header: TranscriptHeader; lines: TranscriptLine[] } {
  const [first = '', ...rest] = text.split('\n').filter((line) => line !== '');
  const header = transcriptHeader.safeParse(jsonOf(first));
  if (!header.success) throw bad(1, 'this is no transcript, or one of a newer version');
  const lines = rest.map((line, index) => {
    const parsed = transcriptLine.safeParse(jsonOf(line));
    if (!parsed.success) throw bad(index + 2, 'not a line of a transcript');
    return parsed.data;
  });
  return { header: header.data, lines };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

const bad = (line: number, detail: string) => new StationError('call.badParams', `line ${line}: ${detail}`);
