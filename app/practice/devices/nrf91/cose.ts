import { createHash, type KeyObject, sign } from 'node:crypto';

/** Just enough CBOR (RFC 8949) to write the statement that a Nordic modem gives out beside a CSR. */

function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  if (value < 0x100) return Buffer.from([(major << 5) | 24, value]);
  const bytes = Buffer.alloc(value < 0x1_0000 ? 3 : 5);
  bytes[0] = (major << 5) | (bytes.length === 3 ? 25 : 26);
  if (bytes.length === 3) bytes.writeUInt16BE(value, 1);
  else bytes.writeUInt32BE(value, 1);
  return bytes;
}

const integer = (value: number): Buffer => (value < 0 ? head(1, -1 - value) : head(0, value));
const byteString = (bytes: Uint8Array): Buffer => Buffer.concat([head(2, bytes.length), bytes]);
const text = (value: string): Buffer => Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
const array = (...items: Uint8Array[]): Buffer => Buffer.concat([head(4, items.length), ...items]);
const map = (...pairs: [number, Uint8Array][]): Buffer =>
  Buffer.concat([head(5, pairs.length), ...pairs.flatMap(([key, value]) => [integer(key), value])]);
const tag = (number: number, item: Uint8Array): Buffer => Buffer.concat([head(6, number), item]);

export type Statement = { uuid: Uint8Array; secTag: number; csrDer: Uint8Array; nonce: Uint8Array };

/** COSE_Sign1 (RFC 9052 §4) with ES256 by the modem's identity key: CSR_msg_v1. */
export function signStatement({ uuid, secTag, csrDer, nonce }: Statement, identityKey: KeyObject): Buffer {
  const digest = createHash('sha256').update(csrDer).digest();
  // Large tags are written as the negative number with the same 32 bits.
  const signedTag = integer(secTag | 0);
  const message = [integer(9), byteString(uuid), byteString(signedTag), byteString(digest), byteString(nonce)];
  const payload = tag(55_799, array(...message));
  const header = map([1, integer(-7)]);
  const toSign = array(text('Signature1'), byteString(header), byteString(Buffer.alloc(0)), byteString(payload));
  const signature = sign('sha256', toSign, { key: identityKey, dsaEncoding: 'ieee-p1363' });
  return tag(18, array(byteString(header), map([4, integer(-2)]), byteString(payload), byteString(signature)));
}
