import { createHash } from 'node:crypto';
import { badAnswer } from '../../badanswer.ts';
import { type Cbor, CborError, readCbor } from './cbor.ts';

/**
 * The statement that a Nordic modem signs with its identity key about a CSR that it made: COSE_Sign1 (RFC 9052 §4.2)
 * around [message id, device UUID, security tag, SHA-256 of the CSR, nonce].
 */
export type Attestation = { deviceUuid: string; secTag: number; csrSha256: string };

const csrMessage = 9;
const sign1 = 18;
const selfDescribed = 55_799;

/**
 * Reads the statement about a CSR. Its signature is not verified, because only Nordic has the public half of the
 * identity key.
 *
 * @throws device.badAnswer – for anything else than such a statement about this CSR
 */
export function checkAttestation(coseSign1: Uint8Array, csrDer: Uint8Array): Attestation {
  let found: Attestation | undefined;
  try {
    found = readAttestation(coseSign1);
  } catch (cause) {
    if (!(cause instanceof CborError)) throw cause;
  }
  if (!found) throw badAnswer('the statement beside the CSR is not a COSE_Sign1 of a CSR message');
  if (found.csrSha256 !== createHash('sha256').update(csrDer).digest('hex'))
    throw badAnswer('the statement beside the CSR is about another CSR, or the CSR changed on the way');
  return found;
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
