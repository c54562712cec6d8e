import type { Transcript, TranscriptLine } from '../../app/contract/index.ts';

export { clockOf, transcriptText as fileText } from '../../app/contract/index.ts';

export const transcriptFileName = ({ unitSerial, attempt }: Pick<Transcript, 'unitSerial' | 'attempt'>): string =>
  `${unitSerial.replace(/[^A-Za-z0-9_-]/g, '_')}-attempt-${attempt}.txt`;

/** The lines that contain the text, in upper or lower case. */
export function findLines(lines: readonly TranscriptLine[], wanted: string): number[] {
  const small = wanted.toLowerCase();
  if (small === '') return [];
  return lines.flatMap(({ text }, index) => (text.toLowerCase().includes(small) ? [index] : []));
}

/** A line's text in pieces; the found ones are marked. */
export function piecesOf(text: string, wanted: string): { text: string; hit: boolean }[] {
  if (wanted === '') return [{ text, hit: false }];
  const small = text.toLowerCase();
  // A few letters change their length in lower case. Such a line is shown unmarked.
  if (small.length !== text.length) return [{ text, hit: false }];
  const pieces: { text: string; hit: boolean }[] = [];
  let from = 0;
  for (let at = small.indexOf(wanted.toLowerCase()); at >= 0; at = small.indexOf(wanted.toLowerCase(), from)) {
    if (at > from) pieces.push({ text: text.slice(from, at), hit: false });
    pieces.push({ text: text.slice(at, at + wanted.length), hit: true });
    from = at + wanted.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), hit: false });
  return pieces;
}
