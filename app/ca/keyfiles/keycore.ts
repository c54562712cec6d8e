/**
 * The part of a private key that cannot be computed from the rest: the scalar of an EC key, exponent and primes of an
 * RSA key.
 */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { StationError } from '../../contract/errors.ts';
import { type Asn1, encode, integer, octetString, oid, raw, readDer, sequence, unsigned } from '../asn1/der.ts';
import { DerError, type DerNode, expect, hexOf, items, magnitudeOf, tags, upTo } from '../asn1/node.ts';
import { oids } from '../asn1/oids.ts';

/**
 * The DER of SEQUENCE { curve OBJECT IDENTIFIER, scalar OCTET STRING } or SEQUENCE { e, p, q INTEGER }. The caller owns
 * the returned buffer and must zero it. This function zeroes its own intermediate copies.
 * @throws `ca.unfit` – when the key has another type
 */
export function coreOf(privateKey: KeyObject): Uint8Array {
  const der = privateKey.export({ type: 'pkcs8', format: 'der' });
  try {
    const [, algorithm, inner] = readDer(der).children;
    const key = readDer(expect(inner, tags.octetString, 'privateKey').content);
    // RFC 5915 §3: version, privateKey. The curve stands outside.
    if (privateKey.asymmetricKeyType === 'ec') {
      const curve = expect(algorithm?.children[1], tags.oid, 'curve');
      const scalar = expect(key.children[1], tags.octetString, 'scalar');
      return joined([curve.der, scalar.der]);
    }
    // RFC 8017 §A.1.2: version, n, e, d, p, q, … There are nine values, or more when there are more than two primes.
    if (privateKey.asymmetricKeyType === 'rsa') {
      const parts = items(key, 'RSAPrivateKey', 9);
      return joined([parts[2]!.der, parts[4]!.der, parts[5]!.der]);
    }
  } finally {
    der.fill(0);
  }
  throw new StationError('ca.unfit', 'only EC and RSA keys are split', { data: { reason: 'unsupported' } });
}

/** A SEQUENCE of values that are already encoded. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  return encode(sequence(...parts.map(raw)));
}

/**
 * Builds the key from its core.
 * @throws `DerError`, or what node:crypto throws, when the bytes hold no key
 */
export function keyFromCore(core: Uint8Array): KeyObject {
  const parts = upTo(readDer(core), 'key', 3);
  const der = parts.length === 2 ? ecKey(parts[0], parts[1]) : rsaKey(parts);
  try {
    return createPrivateKey({ key: der, format: 'der', type: parts.length === 2 ? 'pkcs8' : 'pkcs1' });
  } finally {
    der.fill(0);
  }
}

/** PKCS#8 without the public key, which node:crypto computes. */
function ecKey(curve: DerNode | undefined, scalar: DerNode | undefined): Buffer {
  const algorithm = sequence(oid(oids.ecPublicKey), raw(expect(curve, tags.oid, 'curve').der));
  const inner = encode(sequence(integer(1), raw(expect(scalar, tags.octetString, 'scalar').der)));
  const der = Buffer.from(encode(sequence(integer(0), algorithm, octetString(inner))));
  inner.fill(0);
  return der;
}

/** RFC 8017 §3.2. The numbers are JavaScript values: they stay in memory until the garbage collector removes them. */
function rsaKey(parts: readonly DerNode[]): Buffer {
  const [e, p, q] = parts.map((part) => BigInt(`0x0${hexOf(magnitudeOf(part, 'number'))}`)) as [bigint, bigint, bigint];
  const [p1, q1] = [p - 1n, q - 1n];
  const d = inverse(e, (p1 * q1) / gcd(p1, q1));
  const numbers = [0n, p * q, e, d, p, q, d % p1, d % q1, inverse(q, p)];
  return Buffer.from(encode(sequence(...numbers.map(numberOf))));
}

const numberOf = (value: bigint): Asn1 => {
  const digits = value.toString(16);
  return unsigned(Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex'));
};

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));

/**
 * The extended Euclidean algorithm.
 * @throws `DerError` – when there is no inverse
 */
function inverse(value: bigint, modulus: bigint): bigint {
  if (modulus < 2n) throw new DerError('no modulus');
  let [a, b] = [value % modulus, modulus];
  let [x, y] = [1n, 0n];
  while (a > 1n) {
    const quotient = b / a;
    [b, a] = [a, b - quotient * a];
    [y, x] = [x, y - quotient * x];
  }
  if (a !== 1n) throw new DerError('no inverse');
  return ((x % modulus) + modulus) % modulus;
}
