/** Public keys: which are acceptable, and what is known of one. */
import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { StationError } from '../contract/errors.ts';
import type { SignatureAlgorithm } from './algorithm.ts';
import { dotted, readDer } from './der.ts';
import { DerError, expect, items, magnitudeOf, octetsOf, smallOf, tags } from './node.ts';
import { oids } from './oids.ts';

export type KeyType = 'P-256' | 'P-384' | 'P-521' | `RSA-${number}`;

export type KeyFacts = {
  /** SubjectPublicKeyInfo (RFC 5280 §4.1.2.7): strict DER, named curve, uncompressed point, so a key has only one. */
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

export const sha256Hex = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
export const isRsa = (keyType: KeyType): boolean => keyType.startsWith('RSA-');

/**
 * What the SubjectPublicKeyInfo says. Throws `csr.malformed`, `csr.unsupportedKey` (AWS IoT takes P-256, P-384, P-521
 * and RSA from 2048 bits, "X.509 client certificates"; over 4096 is refused to bound the work) or `csr.weakKey`.
 */
export function readKey(spkiDer: Uint8Array): KeyFacts {
  try {
    const [algorithm, key] = items(readDer(spkiDer), 'SubjectPublicKeyInfo', 2, 2);
    const [type, parameters] = items(algorithm, 'key algorithm', 1, 2);
    const name = dotted(expect(type, tags.oid, 'key algorithm').content);
    const octets = octetsOf(key, 'public key');
    if (name === oids.rsaEncryption) {
      expect(parameters, tags.null, 'parameters of rsaEncryption');
      return { spkiDer, spkiSha256: sha256Hex(spkiDer), keyType: rsaType(octets) };
    }
    if (name !== oids.ecPublicKey) throw unsupported(`algorithm ${name}`);
    // RFC 5480 §2.1.1: specifiedCurve and implicitCurve MUST NOT be used; invented curves break ECDSA (CVE-2020-0601).
    if (parameters?.tag !== tags.oid) throw unsupported('a curve that is not named');
    const curveOid = dotted(parameters.content);
    const curve = curves.find((one) => one.oid === curveOid);
    if (curve === undefined) throw unsupported(`curve ${curveOid}`);
    if (octets[0] !== 4 || octets.length !== 1 + 2 * curve.octets) throw unsupported('not an uncompressed point');
    return { spkiDer, spkiSha256: sha256Hex(spkiDer), keyType: curve.keyType };
  } catch (error) {
    if (error instanceof DerError) throw new StationError('csr.malformed', `public key: ${error.message}`);
    throw error;
  }
}

const unsupported = (why: string): StationError => new StationError('csr.unsupportedKey', `public key: ${why}`);
const weak = (why: string): StationError => new StationError('csr.weakKey', `RSA key: ${why}`);

/** NIST SP 800-56B: odd modulus of 2048 bits or more, odd exponent over 2^16. */
function rsaType(octets: Uint8Array): KeyType {
  const parts = items(readDer(octets), 'RSAPublicKey', 2, 2);
  const modulus = magnitudeOf(parts[0], 'modulus');
  const bits = modulus.length * 8 - (Math.clz32(modulus[0] ?? 0) - 24);
  if (bits < 2048) throw weak(`${Math.max(bits, 0)} bits`);
  if (bits > 4096) throw unsupported(`RSA of ${bits} bits`);
  if (modulus.at(-1)! % 2 === 0) throw weak('even modulus');
  const exponent = smallOf(parts[1], 'public exponent');
  if (exponent < 65537 || exponent % 2 === 0) throw weak(`public exponent ${exponent}`);
  return `RSA-${bits}`;
}

/** The key for node:crypto, which also checks that the point is on its curve. Throws `csr.unsupportedKey`. */
export function importKey(key: KeyFacts): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(key.spkiDer), format: 'der', type: 'spki' });
  } catch (cause) {
    throw new StationError('csr.unsupportedKey', 'public key: not a point of its curve', { cause });
  }
}

/** RFC 7093 §2 method 1: the leftmost 160 bits of SHA-256 over the key's BIT STRING. (RFC 5280's own is SHA-1.) */
export function keyIdentifier(spkiDer: Uint8Array): Uint8Array {
  const octets = octetsOf(items(readDer(spkiDer), 'SubjectPublicKeyInfo', 2, 2)[1], 'public key');
  return new Uint8Array(createHash('sha256').update(octets).digest().subarray(0, 20));
}

/** What a CA with this key signs with: the hash as strong as the curve (RFC 5758 §3.2), SHA-256 for RSA. */
export function algorithmFor(keyType: KeyType): SignatureAlgorithm {
  if (isRsa(keyType)) return 'sha256WithRSAEncryption';
  if (keyType === 'P-256') return 'ecdsa-with-SHA256';
  return keyType === 'P-384' ? 'ecdsa-with-SHA384' : 'ecdsa-with-SHA512';
}
