/** Reads CBOR (RFC 8949) as far as COSE messages of devices need it: deterministic encoding (§4.2.1) only, no floats. */

export type Cbor = number | string | Uint8Array | boolean | null | Cbor[] | Map<number | string, Cbor> | Tagged;
export type Tagged = { tag: number; value: Cbor };

/** Bytes that are not exactly one item as this reader wants it. */
export class CborError extends Error {}

const deepest = 16;

/** One item and nothing after it. Throws `CborError`. */
export function readCbor(bytes: Uint8Array): Cbor {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;

  const take = (count: number): number => {
    const from = at;
    if (count > bytes.length - at) throw new CborError('the item is cut off');
    at += count;
    return from;
  };

  /** The argument of a head (§3), in its shortest form. */
  const argument = (info: number): number => {
    if (info < 24) return info;
    if (info === 24) return shortest(view.getUint8(take(1)), 24);
    if (info === 25) return shortest(view.getUint16(take(2)), 0x100);
    if (info === 26) return shortest(view.getUint32(take(4)), 0x1_0000);
    throw new CborError(info === 31 ? 'indefinite length' : 'a number this large is not read');
  };

  const item = (depth: number): Cbor => {
    if (depth > deepest) throw new CborError('too deep');
    const head = view.getUint8(take(1));
    const major = head >> 5;
    if (major === 7) return simple(head & 31);
    const size = argument(head & 31);
    if (major === 0) return size;
    if (major === 1) return -1 - size;
    if (major === 2) return bytes.slice(take(size), at);
    if (major === 3) return utf8.decode(bytes.subarray(take(size), at));
    if (major === 4) return list(size, depth);
    if (major === 5) return map(size, depth);
    return { tag: size, value: item(depth + 1) };
  };

  // An array of what cannot be there is not made room for: each element takes a byte at least.
  const list = (size: number, depth: number): Cbor[] => {
    if (size > bytes.length - at) throw new CborError('the item is cut off');
    return Array.from({ length: size }, () => item(depth + 1));
  };

  const map = (size: number, depth: number) => {
    const result = new Map<number | string, Cbor>();
    for (let left = size; left > 0; left -= 1) {
      const key = item(depth + 1);
      if (typeof key !== 'number' && typeof key !== 'string')
        throw new CborError('a key that is no number and no text');
      if (result.has(key)) throw new CborError('a key stands twice');
      result.set(key, item(depth + 1));
    }
    return result;
  };

  try {
    const result = item(0);
    if (at !== bytes.length) throw new CborError('bytes after the item');
    return result;
  } catch (error) {
    if (error instanceof CborError) throw error;
    throw new CborError('text that is not UTF-8', { cause: error });
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function shortest(value: number, least: number): number {
  if (value < least) throw new CborError('a number in more bytes than it needs');
  return value;
}

function simple(info: number): Cbor {
  if (info === 20 || info === 21) return info === 21;
  if (info === 22) return null;
  throw new CborError('floats and other simple values are not read');
}
