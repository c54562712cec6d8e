/** A line of an input file: its number (1-based), and its bytes without the end. */
export type Line = { number: number; bytes: Buffer };

/**
 * The lines of a file that comes in pieces. A byte order mark, CR before LF and blank lines are skipped. Of a line that
 * is longer than `limit` bytes no more than `limit` + 1 bytes are kept, so that it can be refused.
 */
export async function* linesOf(pieces: AsyncIterable<Buffer>, limit: number): AsyncGenerator<Line> {
  let number = 0;
  let held: Buffer = Buffer.alloc(0);
  const finish = (end: Buffer): Line | undefined => {
    number += 1;
    const whole = held.length === 0 ? end : Buffer.concat([held, end]);
    const from = number === 1 && whole.subarray(0, 3).equals(byteOrderMark) ? 3 : 0;
    const to = whole.length > from && whole.at(-1) === 0x0d ? whole.length - 1 : whole.length;
    held = Buffer.alloc(0);
    const bytes = whole.subarray(from, to);
    return isBlank(bytes) ? undefined : { number, bytes };
  };
  for await (const piece of pieces) {
    let from = 0;
    for (let at = piece.indexOf(0x0a); at >= 0; at = piece.indexOf(0x0a, from)) {
      const line = finish(piece.subarray(from, at));
      from = at + 1;
      if (line) yield line;
    }
    if (from < piece.length && held.length <= limit)
      held = Buffer.concat([held, piece.subarray(from)]).subarray(0, limit + 4);
  }
  const last = held.length > 0 ? finish(Buffer.alloc(0)) : undefined;
  if (last) yield last;
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);
const isBlank = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0x20 || byte === 0x09);
