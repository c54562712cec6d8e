/** Public keys: which ones are accepted, and the facts about each. */
import { createPublicKey, hash, type KeyObject } from 'node:crypto';
import { dotted, readDer } from '../asn1/der.ts';
import { DerError, type DerNode, expect, items, octetsOf, tags, upTo } from '../asn1/node.ts';
import { oids } from '../asn1/oids.ts';
import { pemOf } from '../asn1/pem.ts';
import type { SignatureAlgorithm } from '../x509/algorithm.ts';
import { refusal } from '../x509/csrrefusal.ts';
import { bitsOf, checkRsa, readRsa } from './rsa.ts';
import { isGuessable, isPublished } from './weakkeys.ts';

export type KeyType = 'P-256' | 'P-384' | 'P-521' | `RSA-${number}`;

export type KeyFacts = {
  /**
   * SubjectPublicKeyInfo (RFC 5280 §4.1.2.7): strict DER, a named curve, an uncompressed point. So each key has one
   * encoding.
   */
  spkiDer: Uint8Array;
  /** SHA-256 of `spkiDer`, lower-case hex. */
  spkiSha256: string;
  keyType: KeyType;
};

const curves = [
  { keyType: 'P-256', oid: oids['P-256'], octets: 32 },
  { keyType: 'P-384', oid: oids['P-384'], octets: 48 },
  { keyType: 'P-521', oid: oids['P-521'], octets: 66 },
] as const;

export const sha256Hex = (bytes: Uint8Array): string => hash('sha256', bytes, 'hex');
export const isRsa = (keyType: KeyType): boolean => keyType.startsWith('RSA-');

/**
 * Every lint and the certificate builder read a key again, so the last few keys are remembered by all their bytes. Only
 * accepted keys are remembered, so input cannot grow the store beyond this number.
 */
const maxKnownKeys = 64;
const knownKeys = new Map<string, KnownKey>();
type KnownKey = { facts: KeyFacts; identifier: Uint8Array; imported: KeyObject };

function known(spkiDer: Uint8Array): KnownKey {
  const name = Buffer.from(spkiDer.buffer, spkiDer.byteOffset, spkiDer.byteLength).toString('latin1');
  const found = knownKeys.get(name);
  if (found !== undefined) return found;
  const read = readAnew(new Uint8Array(spkiDer));
  if (knownKeys.size >= maxKnownKeys) knownKeys.delete(knownKeys.keys().next().value!);
  knownKeys.set(name, read);
  return read;
}

/**
 * What the SubjectPublicKeyInfo says. Every fault of the key itself is found here; the policy checks whose key it is.
 * @throws `csr.malformed`, `csr.unsupportedKey`, `csr.weakKey` – with the reason
 */
export const readKey = (spkiDer: Uint8Array): KeyFacts => known(spkiDer).facts;

/**
 * The key for node:crypto.
 * @throws as `readKey`
 */
export const importKey = (key: KeyFacts): KeyObject => known(key.spkiDer).imported;

function readAnew(spkiDer: Uint8Array): KnownKey {
  try {
    const { keyType, octets } = readSpki(readDer(spkiDer));
    const facts: KeyFacts = { spkiDer, spkiSha256: sha256Hex(spkiDer), keyType };
    if (isPublished(facts.spkiSha256)) throw refusal('knownWeakKey', 'public key: its private key is published');
    if (isGuessable(keyType, octets)) throw refusal('knownWeakKey', 'public key: its private key can be guessed');
    return { facts, identifier: identifierOf(octets), imported: importNow(spkiDer) };
  } catch (error) {
    if (error instanceof DerError) throw refusal(error.reason, `public key: ${error.message}`);
    throw error;
  }
}

function readSpki(spki: DerNode): { keyType: KeyType; octets: Uint8Array } {
  const [algorithm, key] = items(spki, 'SubjectPublicKeyInfo', 2);
  const [type, parameters] = upTo(algorithm, 'key algorithm', 2);
  const name = dotted(expect(type, tags.oid, 'key algorithm').content);
  const octets = octetsOf(key, 'public key');
  if (name === oids.rsaEncryption) {
    expect(parameters, tags.null, 'parameters of rsaEncryption');
    return { keyType: rsaType(octets), octets };
  }
  if (name !== oids.ecPublicKey) throw unsupported(`algorithm ${name}`);
  return { keyType: ecType(parameters, octets), octets };
}

const unsupported = (why: string) => refusal('unsupportedKey', `public key: ${why}`);

function rsaType(octets: Uint8Array): KeyType {
  const key = readRsa(readDer(octets));
  checkRsa(key);
  return `RSA-${bitsOf(key.modulus)}`;
}

/** RFC 5480 §2: a named curve and an uncompressed point, so that a key has only one encoding. */
function ecType(parameters: DerNode | undefined, octets: Uint8Array): KeyType {
  // RFC 5480 §2.1.1: specifiedCurve and implicitCurve MUST NOT be used. Invented curves break ECDSA (CVE-2020-0601).
  if (parameters?.tag !== tags.oid) throw unsupported('a curve that is not named');
  const curveOid = dotted(parameters.content);
  const curve = curves.find((one) => one.oid === curveOid);
  if (curve === undefined) throw unsupported(`curve ${curveOid}`);
  if (octets.length === 1 && octets[0] === 0) throw refusal('pointAtInfinity', 'public key: the point at infinity');
  if (octets[0] !== 4 || octets.length !== 1 + 2 * curve.octets) throw unsupported('not an uncompressed point');
  return curve.keyType;
}

/**
 * node:crypto checks that the coordinates are in the field and the point is on its curve. It refuses none of the RSA
 * keys that get here.
 */
function importNow(spkiDer: Uint8Array): KeyObject {
  try {
    // As text, because that takes node:crypto half the time: for an object it first tries other forms and catches
    // exceptions.
    return createPublicKey(pemOf('PUBLIC KEY', spkiDer));
  } catch (cause) {
    throw refusal('pointNotOnCurve', 'public key: not a point of its curve', cause);
  }
}

/**
 * RFC 7093 §2 method 1: the leftmost 160 bits of SHA-256 over the key's BIT STRING. (RFC 5280's own method is SHA-1.)
 */
export const keyIdentifier = (spkiDer: Uint8Array): Uint8Array => new Uint8Array(known(spkiDer).identifier);

const identifierOf = (octets: Uint8Array): Uint8Array =>
  new Uint8Array(hash('sha256', octets, 'buffer').subarray(0, 20));

/** The algorithm that a CA with this key signs with: a hash as strong as the curve (RFC 5758 §3.2), SHA-256 for RSA. */
export function algorithmFor(keyType: KeyType): SignatureAlgorithm {
  if (isRsa(keyType)) return 'sha256WithRSAEncryption';
  if (keyType === 'P-256') return 'ecdsa-with-SHA256';
  return keyType === 'P-384' ? 'ecdsa-with-SHA384' : 'ecdsa-with-SHA512';
}
