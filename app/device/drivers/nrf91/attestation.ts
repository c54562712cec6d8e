import { createHash } from 'node:crypto';
import { badAnswer } from '../../badanswer.ts';
import { type Cbor, CborError, readCbor } from './cbor.ts';

/**
 * The statement that a Nordic modem signs with its identity key about a CSR that it made: COSE_Sign1 (RFC 9052 §4.2)
 * around [message id, device UUID, security tag, SHA-256 of the CSR, nonce].
 */
export type Attestation = { deviceUuid: string; secTag: number; csrSha256: string };

/**
 * The bytes that the digest is over. Nordic published an answer whose CSR came without the NULL in its signature
 * algorithm, while the digest is over the CSR with it.
 */
export type Digested = 'asSent' | 'withNull' | 'withoutNull';

const csrMessage = 9;
const sign1 = 18;
const selfDescribed = 55_799;

/**
 * Reads the statement about a CSR, whose digest may be over the CSR as it came or with the other form of its signature
 * algorithm. Its signature is not verified, because only Nordic has the public half of the
 * identity key.
 *
 * @throws device.badAnswer – for anything else than such a statement about this CSR
 */
export function checkAttestation(coseSign1: Uint8Array, csrDer: Uint8Array): Attestation & { digested: Digested } {
  let found: Attestation | undefined;
  try {
    found = readAttestation(coseSign1);
  } catch (cause) {
    if (!(cause instanceof CborError)) throw cause;
  }
  if (!found) throw badAnswer('the statement beside the CSR is not a COSE_Sign1 of a CSR message');
  const other = otherForm(csrDer);
  if (found.csrSha256 === sha256(csrDer)) return { ...found, digested: 'asSent' };
  if (other && found.csrSha256 === sha256(other.der)) return { ...found, digested: other.digested };
  throw badAnswer('the statement beside the CSR is about another CSR, or the CSR changed on the way');
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** AlgorithmIdentifier ecdsa-with-SHA256 (RFC 5758 §3.2), and the same with the NULL that Mbed TLS 2.28 writes. */
const plainAlgorithm = Buffer.from('300a06082a8648ce3d040302', 'hex');
const nullAlgorithm = Buffer.from('300c06082a8648ce3d0403020500', 'hex');

/** The CSR with the other form of its signature algorithm; `undefined` for another algorithm or malformed bytes. */
function otherForm(csrDer: Uint8Array): { der: Buffer; digested: Digested } | undefined {
  const whole = Buffer.from(csrDer);
  const outer = contentOf(whole);
  const info = outer && contentOf(outer.rest);
  // A damaged frame must not be repaired here.
  if (!outer || !info || whole[0] !== 0x30 || outer.after.length > 0) return undefined;
  const end = outer.rest.length - info.after.length;
  const given = [plainAlgorithm, nullAlgorithm].find((each) => info.after.subarray(0, each.length).equals(each));
  if (!given) return undefined;
  const put = given === plainAlgorithm ? nullAlgorithm : plainAlgorithm;
  const content = Buffer.concat([outer.rest.subarray(0, end), put, info.after.subarray(given.length)]);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return {
    der: Buffer.concat([Buffer.from([0x30, ...size]), content]),
    digested: put === nullAlgorithm ? 'withNull' : 'withoutNull',
  };
}

/** The content of the first DER element, and the bytes after the element. No element here is longer than 64 KiB. */
function contentOf(bytes: Buffer): { rest: Buffer; after: Buffer } | undefined {
  const first = bytes[1] ?? 0xff;
  const more = first < 0x80 ? 0 : first & 0x7f;
  if (more > 2 || bytes.length < 2 + more) return undefined;
  const length = more === 0 ? first : bytes.readUIntBE(2, more);
  const end = 2 + more + length;
  return end > bytes.length ? undefined : { rest: bytes.subarray(2 + more, end), after: bytes.subarray(end) };
}

function readAttestation(coseSign1: Uint8Array): Attestation | undefined {
  const [protectedHeader, unprotected, payload, signature] = listOf(untagged(readCbor(coseSign1), sign1), 4);
  if (!(protectedHeader instanceof Uint8Array) || !(unprotected instanceof Map)) return undefined;
  if (!(payload instanceof Uint8Array) || !(signature instanceof Uint8Array) || signature.length !== 64)
    return undefined;
  const header = readCbor(protectedHeader);
  // 1: alg; -7: ES256 (RFC 9053 §2.1).
  if (!(header instanceof Map) || header.get(1) !== -7) return undefined;
  const [id, uuid, tag, digest, nonce] = listOf(untagged(readCbor(payload), selfDescribed), 5);
  if (id !== csrMessage || !isBytes(uuid, 16) || !isBytes(digest, 32) || !isBytes(nonce, 16)) return undefined;
  if (!(tag instanceof Uint8Array)) return undefined;
  const secTag = readCbor(tag);
  if (typeof secTag !== 'number') return undefined;
  // The modem writes large tags as the negative number of the same 32 bits.
  return { deviceUuid: uuidText(uuid), secTag: secTag >>> 0, csrSha256: Buffer.from(digest).toString('hex') };
}

const untagged = (item: Cbor, tag: number): Cbor =>
  typeof item === 'object' && item !== null && 'tag' in item && item.tag === tag ? item.value : null;
const listOf = (item: Cbor, length: number): Cbor[] => (Array.isArray(item) && item.length === length ? item : []);
const isBytes = (item: Cbor | undefined, length: number): item is Uint8Array =>
  item instanceof Uint8Array && item.length === length;

const uuidText = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/**
 * The first common name in a CSR; `undefined` when none is found. It serves only for a comparison; the CSR is parsed
 * elsewhere.
 */
export function commonNameIn(csrDer: Uint8Array): string | undefined {
  const bytes = Buffer.from(csrDer);
  // 2.5.4.3, then a UTF8String or PrintableString of at most 127 bytes.
  const at = bytes.indexOf(Buffer.from([0x06, 0x03, 0x55, 0x04, 0x03])) + 5;
  const [tag, length = 0xff] = bytes.subarray(at, at + 2);
  if (at < 5 || (tag !== 0x0c && tag !== 0x13) || length > 127) return undefined;
  return bytes.subarray(at + 2, at + 2 + length).toString('utf8');
}
