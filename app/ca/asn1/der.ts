/**
 * The writer of DER (X.690); `reader.ts` reads it. A value is already encoded when it is put into another. So nothing
 * is encoded twice, and bytes that were read can be written again unchanged. node-forge is the codec of OBJECT
 * IDENTIFIERs.
 */
import forge from 'node-forge';
import { DerError, type DerNode, tags } from './node.ts';
import { readOne } from './reader.ts';

const { asn1 } = forge;

/**
 * A value to be encoded: its parts in order, and the number of octets it will take. The bytes are written once, at the
 * end.
 */
export type Asn1 = {
  /** The identifier and the length. Empty for a value that is already encoded. */
  readonly header: readonly number[];
  readonly parts: readonly (Asn1 | Uint8Array)[];
  readonly size: number;
};

/** Larger than any certificate AWS accepts (64 KiB of PEM). */
const maxBytes = 65_536;

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

/**
 * Reads exactly one DER value of at most 64 KiB. The nodes are views into `bytes`.
 * @throws `DerError`
 */
export function readDer(bytes: Uint8Array): DerNode {
  if (bytes.length > maxBytes) throw new DerError(`longer than ${maxBytes} bytes`, 'notDer');
  return readOne(bytes);
}

/** The bytes of a value. */
export function encode(value: Asn1): Uint8Array {
  const der = new Uint8Array(value.size);
  write(value, der, 0);
  return der;
}

function write({ header, parts }: Asn1, into: Uint8Array, start: number): number {
  let at = start;
  for (const octet of header) into[at++] = octet;
  for (const part of parts) {
    if (part instanceof Uint8Array) {
      into.set(part, at);
      at += part.length;
    } else {
      at = write(part, into, at);
    }
  }
  return at;
}

/** The identifier, the length in its shortest form (X.690 §10.1), and the contents one after the other. */
function tlv(tag: number, parts: Asn1['parts']): Asn1 {
  let length = 0;
  for (const part of parts) length += part instanceof Uint8Array ? part.length : part.size;
  const header = headerOf(tag, length);
  return { header, parts, size: header.length + length };
}

function headerOf(tag: number, length: number): number[] {
  if (length < 0x80) return [tag, length];
  if (length < 0x100) return [tag, 0x81, length];
  if (length < 0x10000) return [tag, 0x82, length >> 8, length & 0xff];
  return [tag, 0x83, length >> 16, (length >> 8) & 0xff, length & 0xff];
}

/**
 * A value that is already encoded, taken as it is.
 * @throws `DerError` – when the bytes are not DER
 */
export function raw(der: Uint8Array): Asn1 {
  readDer(der);
  return { header: [], parts: [der], size: der.length };
}

export const sequence = (...items: readonly Asn1[]): Asn1 => tlv(tags.sequence, items);
/** A SET OF in DER's order (X.690 §11.6): ascending by the encodings of its members. */
export const setOf = (...items: readonly Asn1[]): Asn1 => tlv(tags.set, items.map(encode).sort(Buffer.compare));
export const nothing = (): Asn1 => tlv(tags.null, []);
export const boolean = (value: boolean): Asn1 => tlv(tags.boolean, [Uint8Array.of(value ? 0xff : 0)]);
/** An OCTET STRING. It may hold a value, as an extension does. */
export const octetString = (holds: Asn1 | Uint8Array): Asn1 => tlv(tags.octetString, [holds]);
export const bitString = (bytes: Uint8Array, unused = 0): Asn1 => tlv(tags.bitString, [Uint8Array.of(unused), bytes]);
export const text = (tag: number, value: string): Asn1 => tlv(tag, [Buffer.from(value, 'utf8')]);

/** A BMPString: UTF-16, most significant octet first. */
export const bmpString = (value: string): Asn1 => tlv(tags.bmp, [Buffer.from(value, 'utf16le').swap16()]);

/** A non-negative INTEGER from its magnitude, most significant octet first. */
export function unsigned(magnitude: Uint8Array): Asn1 {
  const start = magnitude.findIndex((octet) => octet !== 0);
  const digits = start === -1 ? Uint8Array.of(0) : magnitude.subarray(start);
  return tlv(tags.integer, digits[0]! >= 0x80 ? [Uint8Array.of(0), digits] : [digits]);
}

/** A non-negative INTEGER below 2^32. */
export const integer = (value: number): Asn1 =>
  unsigned(Uint8Array.of(value / 2 ** 24, value / 2 ** 16, value / 2 ** 8, value));

/** `[number] EXPLICIT`. */
export const explicit = (number: number, inner: Asn1): Asn1 => tlv(0xa0 | number, [inner]);
/** `[number] IMPLICIT OCTET STRING`. */
export const implicitOctets = (number: number, bytes: Uint8Array): Asn1 => tlv(0x80 | number, [bytes]);

/** Each OID is converted once. The store is bounded, because some OIDs come from outside. */
const maxKnownOids = 512;
const dottedByContent = new Map<string, string>();
const derByDotted = new Map<string, Asn1>();

function remember<K, V>(known: Map<K, V>, key: K, value: V): V {
  if (known.size >= maxKnownOids) known.clear();
  known.set(key, value);
  return value;
}

export function oid(dottedForm: string): Asn1 {
  const known = derByDotted.get(dottedForm);
  if (known !== undefined) return known;
  const content = Buffer.from(asn1.oidToDer(dottedForm).getBytes(), 'latin1');
  return remember(derByDotted, dottedForm, tlv(tags.oid, [content]));
}

/**
 * The contents of an OBJECT IDENTIFIER in dotted form.
 * @throws `DerError` – when an arc has more than 53 bits
 */
export function dotted(content: Uint8Array): string {
  const key = latin1(content);
  const known = dottedByContent.get(key);
  if (known !== undefined) return known;
  try {
    return remember(dottedByContent, key, asn1.derToOid(key as never));
  } catch {
    throw new DerError('an OBJECT IDENTIFIER with an arc over 53 bits');
  }
}
