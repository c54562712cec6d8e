/** A DER value as views into its bytes, and the typed ways to look at it. Anything unexpected is a `DerError`. */

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
  sequence: 0x30,
  set: 0x31,
} as const;

/** Not DER, or not the structure asked for. Callers turn it into a `StationError` that names what was being read. */
export class DerError extends Error {}

/** Lays nodes over bytes whose lengths are known to be in order (`readDer` has made sure). */
export function view(der: Uint8Array): DerNode {
  const header = headerLength(der);
  const content = der.subarray(header);
  const children: DerNode[] = [];
  const tag = der[0] ?? 0;
  if ((tag & 0x20) !== 0) {
    for (let at = 0; at < content.length; ) {
      const rest = content.subarray(at);
      const child = view(rest.subarray(0, headerLength(rest) + contentLength(rest)));
      children.push(child);
      at += child.der.length;
    }
  }
  return { tag, der, content, children };
}

function headerLength(der: Uint8Array): number {
  const first = der[1] ?? 0;
  return first < 0x80 ? 2 : 2 + (first & 0x7f);
}

function contentLength(der: Uint8Array): number {
  const first = der[1] ?? 0;
  if (first < 0x80) return first;
  return der.subarray(2, headerLength(der)).reduce((length, octet) => length * 256 + octet, 0);
}

/** X.690's rules for the contents of single types, which the codec leaves open. */
export function checkContents(node: DerNode): void {
  const { tag, content } = node;
  if ((tag & 0x1f) === 0x1f) throw new DerError('a high tag number');
  if (tag < 0x40) {
    const structured = tag === tags.sequence || tag === tags.set;
    if (((tag & 0x20) !== 0) !== structured) throw new DerError('a universal type in the wrong form');
    const rule = contentRules[tag];
    if (rule !== undefined && !rule(content)) throw new DerError(`bad contents for tag 0x${tag.toString(16)}`);
  }
  for (const child of node.children) checkContents(child);
}

const contentRules: Record<number, (content: Uint8Array) => boolean> = {
  [tags.boolean]: (content) => content.length === 1 && (content[0] === 0 || content[0] === 0xff),
  [tags.integer]: (content) => content.length > 0,
  [tags.null]: (content) => content.length === 0,
  [tags.bitString]: (content) => {
    const unused = content[0] ?? 8;
    return content.length > 1 ? unused <= 7 && (content.at(-1)! & ((1 << unused) - 1)) === 0 : unused === 0;
  },
  [tags.oid]: (content) =>
    content.length > 0 &&
    content.at(-1)! < 0x80 &&
    !content.some((octet, i) => octet === 0x80 && (i === 0 || content[i - 1]! < 0x80)),
};

/** The node, when it has this tag. */
export function expect(node: DerNode | undefined, tag: number, what: string): DerNode {
  if (node === undefined) throw new DerError(`${what} is missing`);
  if (node.tag !== tag) throw new DerError(`${what} has tag 0x${node.tag.toString(16)}`);
  return node;
}

/** The children of a SEQUENCE with between `least` and `most` of them. */
export function items(node: DerNode | undefined, what: string, least = 0, most = Infinity): readonly DerNode[] {
  const { children } = expect(node, tags.sequence, what);
  if (children.length < least || children.length > most) throw new DerError(`${what} has ${children.length} parts`);
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

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
