/**
 * DER (X.690), on node-forge's ASN.1 codec. Forge alone reads BER and forgives much; here a value is DER only when
 * forge writes back exactly the bytes it read. That one rule refuses indefinite and non-minimal lengths, padded
 * integers and trailing bytes, and makes every slice of the input the only encoding of what it holds.
 */
import forge from 'node-forge';
import { checkContents, DerError, type DerNode, tags, view } from './node.ts';

const { asn1 } = forge;

/** A value to be encoded. */
export type Asn1 = forge.asn1.Asn1;

/** Deeper than any certificate, CSR or key; shallow enough that hostile nesting costs nothing. */
const maxDepth = 24;
/** Larger than any certificate AWS accepts (64 KiB of PEM). */
const maxBytes = 65_536;

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

// The published types know only an older boolean; the options are in forge's own documentation of `fromDer`.
const fromDer = asn1.fromDer as unknown as (bytes: string, options: Record<string, unknown>) => Asn1;

/** Reads exactly one DER value of at most 64 KiB; the nodes are views into `bytes`. Throws `DerError`. */
export function readDer(bytes: Uint8Array): DerNode {
  parse(bytes);
  const node = view(bytes);
  checkContents(node);
  return node;
}

function parse(bytes: Uint8Array): Asn1 {
  if (bytes.length > maxBytes) throw new DerError(`longer than ${maxBytes} bytes`);
  const text = latin1(bytes);
  try {
    const value = fromDer(text, { strict: true, parseAllBytes: true, decodeBitStrings: false, maxDepth });
    if (asn1.toDer(value).getBytes() === text) return value;
  } catch {
    // Forge's words are not ours to show: it says what its parser tripped over, not what is wrong with the input.
  }
  throw new DerError('not DER');
}

/** The bytes of a value. */
export const encode = (value: Asn1): Uint8Array => new Uint8Array(Buffer.from(asn1.toDer(value).getBytes(), 'latin1'));

const { UNIVERSAL, CONTEXT_SPECIFIC } = asn1.Class;
const primitive = (tag: number, content: string): Asn1 => asn1.create(UNIVERSAL, tag, false, content);

/** A value already encoded, put in as it is. Throws `DerError` where it is not DER. */
export const raw = (der: Uint8Array): Asn1 => parse(der);

export const sequence = (...items: readonly Asn1[]): Asn1 => asn1.create(UNIVERSAL, 0x10, true, [...items]);
/** One element only: nothing here needs more, and so nothing here needs DER's order of a SET OF. */
export const setOf = (item: Asn1): Asn1 => asn1.create(UNIVERSAL, 0x11, true, [item]);
export const oid = (dotted: string): Asn1 => primitive(tags.oid, asn1.oidToDer(dotted).getBytes());
export const nothing = (): Asn1 => primitive(tags.null, '');
export const boolean = (value: boolean): Asn1 => primitive(tags.boolean, value ? '\xff' : '\x00');
export const octetString = (bytes: Uint8Array): Asn1 => primitive(tags.octetString, latin1(bytes));
export const bitString = (bytes: Uint8Array, unused = 0): Asn1 =>
  primitive(tags.bitString, String.fromCharCode(unused) + latin1(bytes));
export const text = (tag: number, value: string): Asn1 => primitive(tag, Buffer.from(value, 'utf8').toString('latin1'));

/** A non-negative INTEGER from its magnitude, most significant octet first. */
export function unsigned(magnitude: Uint8Array): Asn1 {
  const start = magnitude.findIndex((octet) => octet !== 0);
  const digits = start < 0 ? '\0' : latin1(magnitude.subarray(start));
  return primitive(tags.integer, digits.charCodeAt(0) >= 0x80 ? `\0${digits}` : digits);
}

/** A non-negative INTEGER below 2^32. */
export const integer = (value: number): Asn1 =>
  unsigned(Uint8Array.from([value / 2 ** 24, value / 2 ** 16, value / 2 ** 8, value]));

/** `[number] EXPLICIT`. */
export const explicit = (number: number, inner: Asn1): Asn1 => asn1.create(CONTEXT_SPECIFIC, number, true, [inner]);
/** `[number] IMPLICIT OCTET STRING`. */
export const implicitOctets = (number: number, bytes: Uint8Array): Asn1 =>
  asn1.create(CONTEXT_SPECIFIC, number, false, latin1(bytes));

/** An OBJECT IDENTIFIER's contents in dotted form. Throws `DerError` for arcs over 53 bits. */
export function dotted(content: Uint8Array): string {
  try {
    return asn1.derToOid(latin1(content) as never);
  } catch {
    throw new DerError('an OBJECT IDENTIFIER with an arc over 53 bits');
  }
}
