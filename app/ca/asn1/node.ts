/** A DER value as views into its bytes, with typed ways to read it. Anything unexpected is a `DerError`. */

export type DerNode = {
  /** The identifier octet: class, constructed bit and tag number. */
  readonly tag: number;
  /** The whole value, identifier and length included. */
  readonly der: Uint8Array;
  readonly content: Uint8Array;
  readonly children: readonly DerNode[];
};

/** Identifier octets used in X.509, CSR and PKCS#8. */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8: 0x0c,
  printable: 0x13,
  ia5: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  universal: 0x1c,
  bmp: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Why bytes are not DER, or not the structure that was expected (`wrongStructure`). */
export type DerReason =
  | 'notDer'
  | 'trailingBytes'
  | 'indefiniteLength'
  | 'nonMinimalLength'
  | 'nonMinimalInteger'
  | 'wrongStructure';

/**
 * The bytes are not DER, or not the structure that was expected. Callers turn this into a `StationError` that names the
 * input.
 */
export class DerError extends Error {
  readonly reason: DerReason;

  constructor(message: string, reason: DerReason = 'wrongStructure') {
    super(message);
    this.reason = reason;
  }
}

/** Returns the node when it has this tag. */
export function expect(node: DerNode | undefined, tag: number, what: string): DerNode {
  if (node === undefined) throw new DerError(`${what} is missing`);
  if (node.tag !== tag) throw new DerError(`${what} has tag 0x${node.tag.toString(16)}`);
  return node;
}

/** The children of a SEQUENCE with exactly `least` of them, or with any number between `least` and `most`. */
export function items(node: DerNode | undefined, what: string, least: number, most = least): readonly DerNode[] {
  const children = upTo(node, what, most);
  if (children.length < least) throw new DerError(`${what} has ${children.length} parts`);
  return children;
}

/** The children of a SEQUENCE with at most `most` of them. A part that must be there is asked for by `expect`. */
export function upTo(node: DerNode | undefined, what: string, most: number): readonly DerNode[] {
  const { children } = expect(node, tags.sequence, what);
  if (children.length > most) throw new DerError(`${what} has ${children.length} parts`);
  return children;
}

/** The octets of a BIT STRING without unused bits. */
export function octetsOf(node: DerNode | undefined, what: string): Uint8Array {
  const { content } = expect(node, tags.bitString, what);
  if (content[0] !== 0) throw new DerError(`${what} is not whole octets`);
  return content.subarray(1);
}

/** A non-negative INTEGER's magnitude without leading zeros (empty for 0). */
export function magnitudeOf(node: DerNode | undefined, what: string): Uint8Array {
  const { content } = expect(node, tags.integer, what);
  if (content[0]! >= 0x80) throw new DerError(`${what} is negative`);
  return content[0] === 0 ? content.subarray(1) : content;
}

/** A non-negative INTEGER below 2^32. */
export function smallOf(node: DerNode | undefined, what: string): number {
  const magnitude = magnitudeOf(node, what);
  if (magnitude.length > 4) throw new DerError(`${what} is too large`);
  return magnitude.reduce((value, octet) => value * 256 + octet, 0);
}

/**
 * X.690 §11.6: the members of each SET OF below `node` stand in the order of their encodings. The structures read here
 * contain no SET of another kind.
 * @throws `DerError`
 */
export function assertSetOrder(node: DerNode, what: string, isSet = node.tag === tags.set): void {
  const { children } = node;
  for (const [at, child] of children.entries()) {
    if (isSet && at > 0 && Buffer.compare(children[at - 1]!.der, child.der) > 0)
      throw new DerError(`${what} holds a SET OF that is not in order`, 'notDer');
    assertSetOrder(child, what);
  }
}

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
