import type { Transcript, TranscriptLine } from '../../app/contract/index.ts';

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

/** The whole of it as text, for a file or the clipboard. */
export const fileText = ({ unitSerial, attempt, startedAt, driver, truncated, lines }: Transcript): string =>
  [
    `# unit ${unitSerial}, attempt ${attempt}, ${startedAt}, driver ${driver}${truncated ? ', the middle left out' : ''}`,
    '# minutes:seconds since the beginning; > station to device, < device to station',
    '# \\r \\n \\t \\xNN: one byte; \\\\: a backslash; [redacted]: a secret',
    ...lines.map(lineText),
    '',
  ].join('\n');

export const fileName = ({ unitSerial, attempt }: Pick<Transcript, 'unitSerial' | 'attempt'>): string =>
  `${unitSerial.replace(/[^A-Za-z0-9_-]/g, '_')}-attempt-${attempt}.txt`;

/** Where lines say it, whatever the case. */
export function findLines(lines: readonly TranscriptLine[], wanted: string): number[] {
  const small = wanted.toLowerCase();
  if (small === '') return [];
  return lines.flatMap(({ text }, index) => (text.toLowerCase().includes(small) ? [index] : []));
}

/** A line's text in pieces, those that were looked for marked. */
export function piecesOf(text: string, wanted: string): { text: string; hit: boolean }[] {
  if (wanted === '') return [{ text, hit: false }];
  const small = text.toLowerCase();
  // A few letters change their length when they become small: such a line is shown as it is.
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
