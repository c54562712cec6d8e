/** Keeps a conversation as it was, or its beginning and its end, within a fixed number of bytes. */

/** The direction from the station's side. */
export type Direction = 'out' | 'in';

/** `text` has one character a byte (latin1). */
export type Piece = { ms: number; dir: Direction; text: string };

/** A conversation, kept as far as the limit allows. */
export type Excerpt = {
  /** Copies the bytes. The cost does not grow with the conversation. */
  add(dir: Direction, ms: number, bytes: Uint8Array): void;
  /** The pieces in order. Between two portions, `leftOut` bytes of each direction are missing. */
  read(): { portions: Piece[][]; leftOut: Record<Direction, number> };
};

/**
 * Chunks of one direction that come closer together than this are one piece, because the system's driver cuts them at
 * random.
 */
const togetherMs = 5;

type Mark = { ms: number; dir: Direction; bytes: number };

/** Half of `limitBytes` is for the beginning, half for the end. */
export function createExcerpt(limitBytes: number): Excerpt {
  const half = limitBytes / 2;
  let head = Buffer.alloc(4096);
  const headMarks: Mark[] = [];
  let headBytes = 0;
  /** A ring for the bytes beyond the first half of the limit. */
  let ring: Buffer | undefined;
  let ringMarks: Mark[] = [];
  let ringBytes = 0;
  let ringEnd = 0;
  const leftOut: Record<Direction, number> = { out: 0, in: 0 };

  const mark = (marks: Mark[], dir: Direction, ms: number, bytes: number) => {
    const last = marks.at(-1);
    if (last && last.dir === dir && ms - last.ms < togetherMs) last.bytes += bytes;
    else marks.push({ ms, dir, bytes });
  };

  const toHead = (dir: Direction, ms: number, bytes: Uint8Array) => {
    if (headBytes + bytes.length > head.length) {
      const grown = Buffer.alloc(Math.min(half, Math.max(head.length * 2, headBytes + bytes.length)));
      head.copy(grown, 0, 0, headBytes);
      head = grown;
    }
    head.set(bytes, headBytes);
    headBytes += bytes.length;
    mark(headMarks, dir, ms, bytes.length);
  };

  /**
   * Drops the oldest bytes. Marks are shortened at their beginning, and the list of marks is cleaned only now and then.
   */
  let firstMark = 0;
  const forget = (count: number) => {
    ringBytes -= count;
    for (let left = count; left > 0; ) {
      const oldest = ringMarks[firstMark]!;
      const part = Math.min(left, oldest.bytes);
      oldest.bytes -= part;
      leftOut[oldest.dir] += part;
      left -= part;
      if (oldest.bytes === 0) firstMark += 1;
    }
    if (firstMark < 4096) return;
    ringMarks = ringMarks.slice(firstMark);
    firstMark = 0;
  };

  const toRing = (dir: Direction, ms: number, bytes: Uint8Array) => {
    ring ??= Buffer.alloc(half);
    const kept = bytes.subarray(Math.max(0, bytes.length - half));
    leftOut[dir] += bytes.length - kept.length;
    const tooMany = ringBytes + kept.length - half;
    if (tooMany > 0) forget(tooMany);
    const first = kept.subarray(0, half - ringEnd);
    ring.set(first, ringEnd);
    ring.set(kept.subarray(first.length), 0);
    ringEnd = (ringEnd + kept.length) % half;
    ringBytes += kept.length;
    mark(ringMarks, dir, ms, kept.length);
  };

  return {
    add(dir, ms, bytes) {
      const room = Math.min(bytes.length, half - headBytes);
      if (room > 0) toHead(dir, ms, bytes.subarray(0, room));
      if (room < bytes.length) toRing(dir, ms, bytes.subarray(room));
    },
    read() {
      const begin = pieces(head.subarray(0, headBytes), headMarks);
      if (!ring) return { portions: [begin], leftOut };
      const start = (ringEnd - ringBytes + half) % half;
      const bytes = Buffer.concat([ring.subarray(start), ring.subarray(0, start)]).subarray(0, ringBytes);
      const end = pieces(bytes, ringMarks.slice(firstMark));
      return { portions: leftOut.out + leftOut.in === 0 ? [[...begin, ...end]] : [begin, end], leftOut };
    },
  };
}

function pieces(bytes: Buffer, marks: readonly Mark[]): Piece[] {
  let at = 0;
  return marks
    .filter((each) => each.bytes > 0)
    .map(({ ms, dir, bytes: length }) => {
      at += length;
      return { ms, dir, text: bytes.toString('latin1', at - length, at) };
    });
}
