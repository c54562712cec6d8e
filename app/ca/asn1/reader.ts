/**
 * The reader of DER (X.690 §8, §10, §11). It is strict and works in one pass: every byte belongs to exactly one value,
 * and no other bytes encode the same value. A slice of the input is therefore the only encoding of its value, and can
 * be hashed, compared and signed. The work is linear in the input, and the depth is bounded. The pass itself allocates
 * nothing: most checked values are never read one by one, and allocating views that nothing reads costs more time than
 * the checks.
 */
import { DerError, type DerNode, tags } from './node.ts';

/** Deeper than any certificate, CSR or key, and shallow enough that hostile nesting costs nothing. */
const maxDepth = 24;

/** A view into the bytes that were checked. Slices and children are made on demand. */
class View implements DerNode {
  readonly tag: number;
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #end: number;
  #children: readonly DerNode[] | undefined;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.tag = bytes[start]!;
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
  }

  get der(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.#end);
  }

  get content(): Uint8Array {
    return this.#bytes.subarray(contentStart(this.#bytes, this.#start), this.#end);
  }

  get children(): readonly DerNode[] {
    this.#children ??=
      (this.tag & constructed) === 0 ? none : viewsIn(this.#bytes, contentStart(this.#bytes, this.#start), this.#end);
    return this.#children;
  }
}

function viewsIn(bytes: Uint8Array, start: number, limit: number): DerNode[] {
  const views: DerNode[] = [];
  for (let at = start; at < limit; ) {
    const end = contentEnd(bytes, at, limit);
    views.push(new View(bytes, at, end));
    at = end;
  }
  return views;
}

/**
 * Reads exactly one value with nothing after it. The caller must not change `bytes` while it uses the node.
 * @throws `DerError`
 */
export function readOne(bytes: Uint8Array): DerNode {
  const end = checkAt(bytes, 0, bytes.length, 1);
  if (end < bytes.length) throw new DerError(`${bytes.length - end} bytes after the end`, 'trailingBytes');
  return new View(bytes, 0, end);
}

/** Checks every byte of the value that begins at `start` and returns the end of the value. */
function checkAt(bytes: Uint8Array, start: number, limit: number, depth: number): number {
  if (depth > maxDepth) throw notDer('nested too deeply');
  const end = contentEnd(bytes, start, limit);
  const tag = bytes[start]!;
  let at = contentStart(bytes, start);
  if ((tag & classBits) === 0) checkUniversal(bytes, tag, at, end);
  if ((tag & constructed) === 0) return end;
  while (at < end) at = checkAt(bytes, at, end, depth + 1);
  return end;
}

const constructed = 0x20;
/** Both zero for the universal class. */
const classBits = 0xc0;
const none: readonly DerNode[] = [];
const notDer = (why: string): DerError => new DerError(why, 'notDer');

/**
 * The offset after the identifier and the length, whatever the length says. It may lie behind the last byte. What only
 * looks like DER may be asked too.
 */
export function contentStart(bytes: Uint8Array, start: number): number {
  const first = bytes[start + 1]!;
  return start + 2 + (first < 0x80 ? 0 : first & 0x7f);
}

/**
 * X.690 §10.1: the length has the definite form, in as few octets as possible. No structure read here has high tag
 * numbers.
 */
function contentEnd(bytes: Uint8Array, start: number, limit: number): number {
  const content = contentStart(bytes, start);
  if (content > limit) throw notDer('cut short');
  if ((bytes[start]! & 0x1f) === 0x1f) throw notDer('a high tag number');
  const first = bytes[start + 1]!;
  if (first === 0x80) throw new DerError('an indefinite length', 'indefiniteLength');
  const end = content + (first < 0x80 ? first : readLength(bytes, start + 2, content - start - 2));
  if (end > limit) throw notDer('a value runs past its end');
  return end;
}

function readLength(bytes: Uint8Array, start: number, octets: number): number {
  if (bytes[start] === 0) throw nonMinimalLength();
  let length = 0;
  for (let at = start; at < start + octets; at++) length = length * 256 + bytes[at]!;
  if (length < 0x80) throw nonMinimalLength();
  return length;
}

const nonMinimalLength = (): DerError => new DerError('a length in more octets than it needs', 'nonMinimalLength');

/** Rules for the contents of each universal type, and for the types that hold other values (X.690 §8, §10.2). */
function checkUniversal(bytes: Uint8Array, tag: number, start: number, end: number): void {
  const form = tag | constructed;
  const structured = form === tags.sequence || form === tags.set;
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

/** X.690 §8.3.2: the first nine bits must not all be equal. */
function checkInteger(bytes: Uint8Array, start: number, end: number): void {
  if (end === start) throw notDer('an INTEGER without contents');
  const second = bytes[start + 1]!;
  const padded = (bytes[start] === 0 && second < 0x80) || (bytes[start] === 0xff && second >= 0x80);
  if (end - start > 1 && padded) throw new DerError('an INTEGER in more octets than it needs', 'nonMinimalInteger');
}

/**
 * X.690 §8.6.2 and §11.2.1: there are at most seven unused bits, and they are zero. Where no octet follows the count, the
 * count stands for the last octet: of 1 to 7 it is never zero.
 */
function checkBitString(bytes: Uint8Array, start: number, end: number): void {
  const unused = bytes[start]!;
  if (end === start || unused > 7 || (bytes[end - 1]! & ((1 << unused) - 1)) !== 0) throw notDer('a bad BIT STRING');
}

/** X.690 §8.19.2: each arc has as few octets as possible, and the last arc is complete. */
function checkOid(bytes: Uint8Array, start: number, end: number): void {
  if (end === start || bytes[end - 1]! >= 0x80) throw notDer('a bad OBJECT IDENTIFIER');
  for (let at = start; at < end; at++) {
    if (bytes[at] === 0x80 && (at === start || bytes[at - 1]! < 0x80)) throw notDer('a bad OBJECT IDENTIFIER');
  }
}
