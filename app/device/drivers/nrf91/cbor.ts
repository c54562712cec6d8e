/** Reads CBOR (RFC 8949) as far as COSE messages of devices need it: deterministic encoding (§4.2.1) only, no floats. */
import { decode, Tokenizer, Type } from 'cborg';

/** An item as this reader gives it; arrays, maps and byte strings as JavaScript has them. */
export type Cbor = number | string | Uint8Array | boolean | null | Cbor[] | Map<number | string, Cbor> | Tagged;
/** An item under a tag (RFC 8949 §3.4). */
export type Tagged = { tag: number; value: Cbor };

/** Bytes that are not exactly one item as this reader wants it. */
export class CborError extends Error {}

/** Every length and number in its shortest form, no key twice, nothing of indefinite length. */
const strict = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowBigInt: false,
  useMaps: true,
  rejectDuplicateMapKeys: true,
  retainStringBytes: true,
};
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What the library takes and this reader does not: floats, numbers beyond 32 bits, text that is not UTF-8. */
class StrictTokenizer extends Tokenizer {
  readonly tags: Record<number, (decodeValue: () => unknown) => unknown> = {};

  override next() {
    const token = super.next();
    const { type, value } = token;
    if (type === Type.float) throw new CborError('floats are not read');
    if (type === Type.string) {
      if (token.byteValue) token.value = utf8.decode(token.byteValue);
    } else if (type !== Type.bytes && token.encodedLength === 9) throw new CborError('a number this large is not read');
    // The library wants to be told of each tag before it meets one.
    if (type === Type.tag) this.tags[value] = (decodeValue) => ({ tag: value, value: decodeValue() });
    return token;
  }
}

/**
 * One item and nothing after it.
 * @throws CborError – for anything else
 */
export function readCbor(bytes: Uint8Array): Cbor {
  const data = Uint8Array.from(bytes);
  const tokenizer = new StrictTokenizer(data, strict);
  try {
    const item: Cbor = decode(data, { ...strict, tokenizer, tags: tokenizer.tags });
    assertLabels(item);
    return item;
  } catch (error) {
    if (error instanceof CborError) throw error;
    // Also of a RangeError: items nested deeper than the stack is.
    throw new CborError('not one item in its shortest form', { cause: error });
  }
}

/** Keys of maps are numbers or text, as in COSE (RFC 9052 §1.4); the library takes any. */
function assertLabels(item: Cbor): void {
  if (item instanceof Map) {
    for (const [key, value] of item) {
      if (typeof key !== 'number' && typeof key !== 'string')
        throw new CborError('a key that is no number and no text');
      assertLabels(value);
    }
  } else if (Array.isArray(item)) for (const one of item) assertLabels(one);
  else if (item !== null && typeof item === 'object' && 'tag' in item) assertLabels(item.value);
}
