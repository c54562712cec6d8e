/** Reads CBOR (RFC 8949) as COSE messages of devices need it: only deterministic encoding (§4.2.1), no floats. */
import { decode, Tokenizer, Type } from 'cborg';

/** An item in this reader's form. Arrays, maps and byte strings are JavaScript's. */
export type Cbor = number | string | Uint8Array | boolean | null | Cbor[] | Map<number | string, Cbor> | Tagged;
/** An item under a tag (RFC 8949 §3.4). */
export type Tagged = { tag: number; value: Cbor };

/** Thrown for bytes that are not exactly one item in the required form. */
export class CborError extends Error {}

/** Every length and number has its shortest form, no key comes twice, and no length is indefinite. */
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

/**
 * Rejects what the library accepts and this reader does not: floats, numbers beyond 32 bits, text that is not UTF-8.
 */
class StrictTokenizer extends Tokenizer {
  readonly tags: Record<number, (decodeValue: () => unknown) => unknown> = {};

  override next() {
    const token = super.next();
    const { type, value } = token;
    if (type === Type.float) throw new CborError('floats are not read');
    if (type === Type.string) {
      if (token.byteValue) token.value = utf8.decode(token.byteValue);
    } else if (type !== Type.bytes && token.encodedLength === 9) throw new CborError('a number this large is not read');
    // The library must know each tag before it meets the tag.
    if (type === Type.tag) this.tags[value] = (decodeValue) => ({ tag: value, value: decodeValue() });
    return token;
  }
}

/**
 * Reads one item with nothing after it.
 *
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
    // A RangeError ends here, too: items that are nested deeper than the stack.
    throw new CborError('not one item in its shortest form', { cause: error });
  }
}

/** Keys of maps must be numbers or text, as in COSE (RFC 9052 §1.4); the library accepts any. */
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
