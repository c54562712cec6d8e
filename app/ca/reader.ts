/**
 * The reader of DER (X.690 §8, §10, §11), strict and in one pass: every byte belongs to exactly one value, and no other
 * bytes encode the same. So a slice of what was read is the only encoding of what it holds, and can be hashed, compared
 * and signed. Work is linear in the input; depth is bounded.
 */
import { DerError, type DerNode, tags } from './node.ts';

/** Deeper than any certificate, CSR or key; shallow enough that hostile nesting costs nothing. */
const maxDepth = 24;

/** A view into the bytes that were read; slices are made when asked for. */
class View implements DerNode {
  readonly tag: number;
  readonly children: readonly DerNode[];
  readonly end: number;
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #contentStart: number;

  constructor(bytes: Uint8Array, start: number, header: Header, children: readonly DerNode[]) {
    this.tag = header.tag;
    this.children = children;
    this.end = header.contentEnd;
    this.#bytes = bytes;
    this.#start = start;
    this.#contentStart = header.contentStart;
  }

  get der(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.end);
  }

  get content(): Uint8Array {
    return this.#bytes.subarray(this.#contentStart, this.end);
  }
}

type Header = { tag: number; contentStart: number; contentEnd: number };

/** Exactly one value, and nothing after it. Throws `DerError` with the reason. */
export function readOne(bytes: Uint8Array): DerNode {
  const node = readAt(bytes, 0, bytes.length, 1);
  if (node.end < bytes.length) throw new DerError(`${bytes.length - node.end} bytes after the end`, 'trailingBytes');
  return node;
}

function readAt(bytes: Uint8Array, start: number, limit: number, depth: number): View {
  if (depth > maxDepth) throw notDer('nested too deeply');
  const header = readHeader(bytes, start, limit);
  const { tag, contentStart, contentEnd } = header;
  if (tag < 0x40) checkUniversal(bytes, header);
  if ((tag & constructed) === 0) return new View(bytes, start, header, none);
  const children: View[] = [];
  for (let at = contentStart; at < contentEnd; ) {
    const child = readAt(bytes, at, contentEnd, depth + 1);
    children.push(child);
    at = child.end;
  }
  return new View(bytes, start, header, children);
}

const constructed = 0x20;
const none: readonly DerNode[] = [];
const notDer = (why: string): DerError => new DerError(why, 'notDer');

/** X.690 §10.1: the definite form, in as few octets as it can. High tag numbers occur in nothing read here. */
function readHeader(bytes: Uint8Array, start: number, limit: number): Header {
  if (limit - start < 2) throw notDer('cut short');
  const tag = bytes[start]!;
  if ((tag & 0x1f) === 0x1f) throw notDer('a high tag number');
  const first = bytes[start + 1]!;
  if (first === 0x80) throw new DerError('an indefinite length', 'indefiniteLength');
  const octets = first < 0x80 ? 0 : first & 0x7f;
  const contentStart = start + 2 + octets;
  if (contentStart > limit) throw notDer('cut short');
  const contentEnd = contentStart + (octets === 0 ? first : readLength(bytes, start + 2, octets));
  if (contentEnd > limit) throw notDer('a value runs past its end');
  return { tag, contentStart, contentEnd };
}

function readLength(bytes: Uint8Array, start: number, octets: number): number {
  if (bytes[start] === 0) throw nonMinimalLength();
  if (octets > 4) throw notDer('a value runs past its end');
  let length = 0;
  for (let at = start; at < start + octets; at++) length = length * 256 + bytes[at]!;
  if (length < 0x80) throw nonMinimalLength();
  return length;
}

const nonMinimalLength = (): DerError => new DerError('a length in more octets than it needs', 'nonMinimalLength');

/** The rules for the contents of single universal types, and for which of them hold others (X.690 §8, §10.2). */
function checkUniversal(bytes: Uint8Array, { tag, contentStart: start, contentEnd: end }: Header): void {
  const structured = tag === tags.sequence || tag === tags.set;
  if (((tag & constructed) !== 0) !== structured || tag === 0) throw notDer('a universal type in the wrong form');
  switch (tag) {
    case tags.integer:
      checkInteger(bytes, start, end);
      return;
    case tags.boolean:
      if (end - start !== 1 || (bytes[start] !== 0 && bytes[start] !== 0xff)) throw notDer('a bad BOOLEAN');
      return;
    case tags.null:
      if (end !== start) throw notDer('a NULL with contents');
      return;
    case tags.bitString:
      checkBitString(bytes, start, end);
      return;
    case tags.oid:
      checkOid(bytes, start, end);
  }
}

/** X.690 §8.3.2: the first nine bits are not all equal. */
function checkInteger(bytes: Uint8Array, start: number, end: number): void {
  if (end === start) throw notDer('an INTEGER without contents');
  const second = bytes[start + 1]!;
  const padded = (bytes[start] === 0 && second < 0x80) || (bytes[start] === 0xff && second >= 0x80);
  if (end - start > 1 && padded) throw new DerError('an INTEGER in more octets than it needs', 'nonMinimalInteger');
}

/** X.690 §8.6.2 and §11.2.1: at most seven unused bits, and those zero. */
function checkBitString(bytes: Uint8Array, start: number, end: number): void {
  const unused = end > start ? bytes[start]! : 8;
  const last = end - start > 1 ? bytes[end - 1]! : 0xff;
  if (unused > 7 || (last & ((1 << unused) - 1)) !== 0) throw notDer('a bad BIT STRING');
}

/** X.690 §8.19.2: each arc in as few octets as it can, the last one finished. */
function checkOid(bytes: Uint8Array, start: number, end: number): void {
  if (end === start || bytes[end - 1]! >= 0x80) throw notDer('a bad OBJECT IDENTIFIER');
  for (let at = start; at < end; at++) {
    if (bytes[at] === 0x80 && (at === start || bytes[at - 1]! < 0x80)) throw notDer('a bad OBJECT IDENTIFIER');
  }
}
