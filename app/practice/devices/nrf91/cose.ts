import { createHash, type KeyObject, sign } from 'node:crypto';

/** Just enough CBOR (RFC 8949) to write the messages that a Nordic modem signs with its identity key. */

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
const nil = Buffer.of(0xf6);

/** Nordic's messages are self-described CBOR (RFC 8949 §3.4.6). */
const message = (...items: Uint8Array[]): Buffer => tag(55_799, array(...items));

const algorithm = { label: 1, es256: -7 } as const;
/** The key identifier is a byte string with the CBOR of −2, which stands for the identity key: h'21'. */
const keyIdentifier = { label: 4, identityKey: byteString(integer(-2)) } as const;

/** COSE_Sign1 (RFC 9052 §4) with ES256. With `detached` the payload itself is left out (§4.1). */
function sign1(payload: Buffer, identityKey: KeyObject, detached: boolean): Buffer {
  const header = map([algorithm.label, integer(algorithm.es256)]);
  const toSign = array(text('Signature1'), byteString(header), byteString(Buffer.alloc(0)), byteString(payload));
  const signature = sign('sha256', toSign, { key: identityKey, dsaEncoding: 'ieee-p1363' });
  const unprotected = map([keyIdentifier.label, keyIdentifier.identityKey]);
  return tag(18, array(byteString(header), unprotected, detached ? nil : byteString(payload), byteString(signature)));
}

/** What the modem signs beside a request: which modem, for which security tag. `nonce` has 16 bytes. */
export type Statement = { uuid: Uint8Array; secTag: number; csrDer: Uint8Array; nonce: Uint8Array };

/** The statement beside a request (CSR_msg_v1). */
export const signStatement = ({ csrDer, ...about }: Statement, identityKey: KeyObject): Buffer =>
  signDigest(9, { ...about, bytes: csrDer }, identityKey);

/** The statement beside a public key alone (pubkey_msg_v2). `spkiDer` is its SubjectPublicKeyInfo. */
export const signKeyStatement = (
  { spkiDer, ...about }: Omit<Statement, 'csrDer'> & { spkiDer: Uint8Array },
  identityKey: KeyObject,
): Buffer => signDigest(8, { ...about, bytes: spkiDer }, identityKey);

function signDigest(
  id: number,
  { uuid, secTag, bytes, nonce }: Omit<Statement, 'csrDer'> & { bytes: Uint8Array },
  identityKey: KeyObject,
): Buffer {
  const digest = createHash('sha256').update(bytes).digest();
  // Large tags are written as the negative number with the same 32 bits.
  const signedTag = integer(secTag | 0);
  const parts = [integer(id), byteString(uuid), byteString(signedTag), byteString(digest), byteString(nonce)];
  return sign1(message(...parts), identityKey, false);
}

/** `device` is Nordic's number of the chip; `firmware` is a UUID, `nonce` the challenge or random. 16 bytes each. */
export type Identity = { uuid: Uint8Array; device: number; firmware: Uint8Array; nonce: Uint8Array };

/** An attestation token: the device identity message v1, and the signature about it. */
export function attest(identity: Identity, identityKey: KeyObject): { message: Buffer; cose: Buffer } {
  const { uuid, device, firmware, nonce } = identity;
  const body = message(integer(1), byteString(uuid), integer(device), byteString(firmware), byteString(nonce));
  return { message: body, cose: sign1(body, identityKey, true) };
}
