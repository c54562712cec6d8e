/** HardwareModuleName (RFC 4108 §5): the kind of hardware, and the serial number within its kind. */
import { createHash } from 'node:crypto';
import { type Asn1, octetString, raw, sequence } from '../asn1/der.ts';
import { DerError, type DerNode, expect, items, tags } from '../asn1/node.ts';

export type HardwareModuleName = {
  /** An OID in dotted form. An arc may have 128 bits. */
  hwType: string;
  hwSerial: Uint8Array;
};

/**
 * A hardware type for a model whose maker has no OID arc: `2.25.` and a UUID (ITU-T X.667 §6) made from both names (RFC
 * 9562 §5.8: version 8, SHA-256). The same model always gets the same type.
 */
export function hardwareTypeOf(organisation: string, model: string): string {
  const uuid = createHash('sha256').update(`hardware type\0${organisation}\0${model}`).digest().subarray(0, 16);
  uuid[6] = 0x80 | (uuid[6]! & 0x0f);
  uuid[8] = 0x80 | (uuid[8]! & 0x3f);
  return `2.25.${BigInt(`0x${uuid.toString('hex')}`)}`;
}

export const hardwareModuleName = ({ hwType, hwSerial }: HardwareModuleName): Asn1 =>
  sequence(longOid(hwType), octetString(hwSerial));

/** @throws `DerError` */
export function readHardwareModuleName(node: DerNode | undefined): HardwareModuleName {
  const [type, serial] = items(node, 'HardwareModuleName', 2);
  const { content: hwSerial } = expect(serial, tags.octetString, 'hwSerialNum');
  if (hwSerial.length === 0) throw new DerError('hwSerialNum is empty');
  return { hwType: longDotted(expect(type, tags.oid, 'hwType').content), hwSerial };
}

/** An OBJECT IDENTIFIER whose arcs may have any length. The codec stops at 53 bits. */
function longOid(dotted: string): Asn1 {
  const [first, second, ...rest] = dotted.split('.').map(BigInt) as [bigint, bigint, ...bigint[]];
  const content = [first * 40n + second, ...rest].flatMap(base128);
  return raw(Uint8Array.from([tags.oid, content.length, ...content]));
}

function base128(arc: bigint): number[] {
  const octets = [Number(arc & 0x7fn)];
  for (let left = arc >> 7n; left > 0n; left >>= 7n) octets.unshift(Number(left & 0x7fn) | 0x80);
  return octets;
}

function longDotted(content: Uint8Array): string {
  const arcs: bigint[] = [];
  let arc = 0n;
  for (const octet of content) {
    arc = (arc << 7n) | BigInt(octet & 0x7f);
    if (octet < 0x80) {
      arcs.push(arc);
      arc = 0n;
    }
  }
  const [head = 0n, ...rest] = arcs;
  const first = head < 80n ? head / 40n : 2n;
  return [first, head - first * 40n, ...rest].join('.');
}
