import { constants, createECDH, hash, type KeyObject, privateEncrypt, randomBytes } from 'node:crypto';

/**
 * Signatures over a digest that the caller computed, which node:crypto cannot make. For practice keys only: the time of
 * this ECDSA arithmetic depends on the key.
 */
export type HashName = 'sha256' | 'sha384' | 'sha512';

/** @param scheme `RSASSA_PKCS1_V1_5`, `RSASSA_PSS` or `ECDSA` */
export function signDigest(key: KeyObject, scheme: string, hashName: HashName, digest: Buffer): Buffer {
  if (scheme === 'ECDSA') return ecdsa(key, digest);
  if (scheme === 'RSASSA_PSS') {
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
    return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, encodePss(digest, hashName, bits));
  }
  const info = Buffer.concat([Buffer.from(digestInfo[hashName], 'hex'), digest]);
  return privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, info);
}

/** DigestInfo up to the digest: RFC 8017 §9.2, note 1. */
const digestInfo: Record<HashName, string> = {
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
};

/** EMSA-PSS-ENCODE (RFC 8017 §9.1.1) with MGF1 of the same hash and a salt of the hash's length, as KMS signs. */
function encodePss(digest: Buffer, hashName: HashName, modulusBits: number): Buffer {
  const salt = randomBytes(digest.length);
  const seed = hash(hashName, Buffer.concat([Buffer.alloc(8), digest, salt]), 'buffer');
  const block = Buffer.alloc(modulusBits / 8 - digest.length - 1);
  block[block.length - salt.length - 1] = 1;
  salt.copy(block, block.length - salt.length);
  for (let at = 0, count = 0; at < block.length; count += 1) {
    const counter = Buffer.from([0, 0, 0, count]);
    for (const octet of hash(hashName, Buffer.concat([seed, counter]), 'buffer')) {
      if (at < block.length) block[at++]! ^= octet;
    }
  }
  // The encoding has one bit fewer than the modulus.
  block[0]! &= 0x7f;
  return Buffer.concat([block, seed, Buffer.from([0xbc])]);
}

/** Orders of the groups: FIPS 186-4, D.1.2. */
const orders: Record<string, { name: string; n: bigint }> = {
  'P-256': { name: 'prime256v1', n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n },
  'P-384': {
    name: 'secp384r1',
    n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
  'P-521': {
    name: 'secp521r1',
    n: 0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  },
};

/**
 * FIPS 186-4 §6.4, for digests no longer than the order. A new ECDH pair supplies the secret number k and the point kG.
 */
function ecdsa(key: KeyObject, digest: Buffer): Buffer {
  const { crv = '', d = '' } = key.export({ format: 'jwk' });
  const { name, n } = orders[crv]!;
  for (;;) {
    const once = createECDH(name);
    const point = once.generateKeys();
    const r = numberOf(point.subarray(1, (point.length + 1) / 2)) % n;
    const k = numberOf(once.getPrivateKey());
    const s = (inverse(k, n) * (numberOf(digest) + r * numberOf(Buffer.from(d, 'base64url')))) % n;
    if (r !== 0n && s !== 0n) return tlv(0x30, Buffer.concat([integer(r), integer(s)]));
  }
}

const numberOf = (octets: Buffer): bigint => BigInt(`0x${octets.toString('hex')}`);

/** The inverse of `a` modulo the prime `n`, by the extended Euclidean algorithm. */
function inverse(a: bigint, n: bigint): bigint {
  let [r, next, x, y] = [n, a % n, 0n, 1n];
  while (next !== 0n) {
    const quotient = r / next;
    [r, next] = [next, r - quotient * next];
    [x, y] = [y, x - quotient * y];
  }
  return ((x % n) + n) % n;
}

function integer(value: bigint): Buffer {
  const hex = value.toString(16);
  const octets = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return tlv(2, octets[0]! < 0x80 ? octets : Buffer.concat([Buffer.from([0]), octets]));
}

const tlv = (tag: number, content: Buffer): Buffer =>
  Buffer.concat([Buffer.from(content.length < 128 ? [tag, content.length] : [tag, 0x81, content.length]), content]);
