/**
 * DER (X.690): written here, read by `reader.ts`. A value to be encoded is its bytes already, so that nothing is encoded
 * twice and what was read can stand in what is written as it is. node-forge is the codec of OBJECT IDENTIFIERs.
 */
import forge from 'node-forge';
import { DerError, type DerNode, tags } from './node.ts';
import { readOne } from './reader.ts';

const { asn1 } = forge;

/** A value to be encoded: what it holds, in order, and how many octets it will take. Written once, when all is known. */
export type Asn1 = {
  /** Identifier and length; nothing for a value that is encoded already. */
  readonly header: readonly number[];
  readonly parts: readonly (Asn1 | Uint8Array)[];
  readonly size: number;
};

/** Larger than any certificate AWS accepts (64 KiB of PEM). */
const maxBytes = 65_536;

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

/** Reads exactly one DER value of at most 64 KiB; the nodes are views into `bytes`. Throws `DerError`. */
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

/** Identifier, length in its shortest form (X.690 §10.1), and the contents one after the other. */
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

/** A value already encoded, put in as it is. Throws `DerError` where it is not DER. */
export function raw(der: Uint8Array): Asn1 {
  readDer(der);
  return { header: [], parts: [der], size: der.length };
}

export const sequence = (...items: readonly Asn1[]): Asn1 => tlv(tags.sequence, items);
/** In DER's order (X.690 §11.6): ascending by their encodings. */
export const setOf = (...items: readonly Asn1[]): Asn1 =>
  tlv(tags.set, items.length < 2 ? items : items.map(encode).sort(Buffer.compare));
export const nothing = (): Asn1 => tlv(tags.null, []);
export const boolean = (value: boolean): Asn1 => tlv(tags.boolean, [Uint8Array.of(value ? 0xff : 0)]);
/** What it holds may be a value itself, as an extension holds one. */
export const octetString = (holds: Asn1 | Uint8Array): Asn1 => tlv(tags.octetString, [holds]);
export const bitString = (bytes: Uint8Array, unused = 0): Asn1 => tlv(tags.bitString, [Uint8Array.of(unused), bytes]);
export const text = (tag: number, value: string): Asn1 => tlv(tag, [Buffer.from(value, 'utf8')]);

/** A BMPString: UTF-16, the larger half first. */
export const bmpString = (value: string): Asn1 => tlv(tags.bmp, [Buffer.from(value, 'utf16le').swap16()]);

/** A non-negative INTEGER from its magnitude, most significant octet first. */
export function unsigned(magnitude: Uint8Array): Asn1 {
  const start = magnitude.findIndex((octet) => octet !== 0);
  const digits = start < 0 ? Uint8Array.of(0) : magnitude.subarray(start);
  return tlv(tags.integer, digits[0]! >= 0x80 ? [Uint8Array.of(0), digits] : [digits]);
}

/** A non-negative INTEGER below 2^32. */
export const integer = (value: number): Asn1 =>
  unsigned(Uint8Array.of(value / 2 ** 24, value / 2 ** 16, value / 2 ** 8, value));

/** `[number] EXPLICIT`. */
export const explicit = (number: number, inner: Asn1): Asn1 => tlv(0xa0 | number, [inner]);
/** `[number] IMPLICIT OCTET STRING`. */
export const implicitOctets = (number: number, bytes: Uint8Array): Asn1 => tlv(0x80 | number, [bytes]);

/** Converted once each. Bounded, for the ones read come from outside. */
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

/** An OBJECT IDENTIFIER's contents in dotted form. Throws `DerError` for arcs over 53 bits. */
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
