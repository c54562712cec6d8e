/** Requests that must be refused, made to be refused for one reason only. */
import {
  checkPrimeSync,
  createPublicKey,
  generateKeyPairSync,
  generatePrimeSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import type { RefusalReason } from '../../app/ca/index.ts';
import { ecdsaWithSha256, hex, makeCsr, nameOf, partsOf, tlv } from './support.ts';

export type Malformed = { what: string; bytes: Uint8Array; reason: RefusalReason };

export const rsaWithSha256 = tlv(0x30, hex('06092a864886f70d01010b0500'));
const rsaAlgorithm = hex('300d06092a864886f70d0101010500');
const p256 = hex('301306072a8648ce3d020106082a8648ce3d030107');

/** An ECDSA-signed request for another key: what is wrong with that key is found before the signature is looked at. */
export function requestFor(spki: Uint8Array, signer: KeyObject): Buffer {
  const info = tlv(0x30, hex('020100'), nameOf('SN-1'), spki, hex('a000'));
  return tlv(0x30, info, ecdsaWithSha256, tlv(3, hex('00'), sign('sha256', info, signer)));
}

const numberOf = (value: bigint): Buffer => {
  const digits = value.toString(16);
  const octets = hex(digits.length % 2 === 0 ? digits : `0${digits}`);
  return octets[0]! >= 0x80 ? Buffer.concat([hex('00'), octets]) : octets;
};

export const rsaSpki = (modulus: bigint, exponent = 65537n): Buffer =>
  tlv(0x30, rsaAlgorithm, tlv(3, hex('00'), tlv(0x30, tlv(2, numberOf(modulus)), tlv(2, numberOf(exponent)))));
export const ecSpki = (point: Uint8Array): Buffer => tlv(0x30, p256, tlv(3, hex('00'), point));

const prime = (bits: number): bigint => generatePrimeSync(bits, { bigint: true });

/** The next prime from `start`, in steps that keep it odd. */
function primeFrom(start: bigint): bigint {
  for (let candidate = start | 1n; ; candidate += 2n) if (checkPrimeSync(candidate)) return candidate;
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let factor = base % modulus, rest = exponent; rest > 0n; rest >>= 1n, factor = (factor * factor) % modulus) {
    if (rest & 1n) result = (result * factor) % modulus;
  }
  return result;
}

/** As in the paper on CVE-2017-15361, §2.1: k·M + (65537^a mod M), M the product of the first 126 primes for 2048 bits. */
export function rocaPrime(): bigint {
  const primes = Array.from({ length: 701 }, (_, i) => i + 2).filter((n) => checkPrimeSync(BigInt(n)));
  const product = primes.slice(0, 126).reduce((all, one) => all * BigInt(one), 1n);
  for (;;) {
    const multiple = (1n << 1024n) / product - 1n - (prime(52) >> 4n);
    const candidate = multiple * product + power(65537n, prime(64), product);
    if (checkPrimeSync(candidate)) return candidate;
  }
}

/** The weak RSA keys, by what makes them so. */
export function weakModuli(): { what: string; spki: Buffer; reason: RefusalReason }[] {
  const [p, q] = [prime(1024), prime(1024)];
  const sound = p * q;
  const near = p + (prime(500) << 8n);
  return [
    { what: 'modulus of 1024 bits', spki: rsaSpki(prime(512) * prime(512)), reason: 'rsaModulusSmall' },
    { what: 'modulus of 2047 bits', spki: rsaSpki(sound >> 1n), reason: 'rsaModulusSmall' },
    { what: 'modulus of 4104 bits', spki: rsaSpki((1n << 4103n) | sound), reason: 'unsupportedKey' },
    { what: 'even modulus', spki: rsaSpki(sound + 1n), reason: 'rsaModulusEven' },
    { what: 'exponent 3', spki: rsaSpki(sound, 3n), reason: 'rsaExponentBad' },
    { what: 'exponent 65535', spki: rsaSpki(sound, 65535n), reason: 'rsaExponentBad' },
    { what: 'even exponent', spki: rsaSpki(sound, 65538n), reason: 'rsaExponentBad' },
    { what: 'exponent of 257 bits', spki: rsaSpki(sound, (1n << 256n) | 1n), reason: 'rsaExponentBad' },
    { what: 'factor 3', spki: rsaSpki(3n * prime(2047)), reason: 'rsaSmallFactor' },
    { what: 'factor 751, the last that counts', spki: rsaSpki(751n * prime(2040)), reason: 'rsaSmallFactor' },
    { what: 'a square', spki: rsaSpki(p * p), reason: 'rsaFactorsClose' },
    { what: 'neighbouring primes', spki: rsaSpki(p * primeFrom(p + 2n)), reason: 'rsaFactorsClose' },
    { what: 'primes equal in their upper half', spki: rsaSpki(p * primeFrom(near)), reason: 'rsaFactorsClose' },
    { what: 'key of CVE-2017-15361', spki: rsaSpki(rocaPrime() * rocaPrime()), reason: 'rsaRoca' },
  ];
}

/** Every other way. */
export function malformed(): Malformed[] {
  const { csrDer, privateKey } = makeCsr('SN-0001');
  const [info, algorithm, signature] = partsOf(csrDer);
  const inner = Buffer.concat([info, algorithm, signature]);
  const joined = (...parts: Uint8Array[]) => tlv(0x30, ...parts);
  const attribute = (values: Uint8Array) => tlv(0x30, hex('06092a864886f70d01090e'), values);
  const other = (value: Uint8Array) => tlv(0x30, tlv(0x31, tlv(0x30, hex('060355042d'), value)));
  const named = (value: Uint8Array) => tlv(0x31, tlv(0x30, hex('0603550403'), value));
  const text = (value: string) => tlv(0x0c, Buffer.from(value));
  const point = Buffer.from(info).subarray(info.indexOf(p256) + p256.length + 3, -2);
  const off = Buffer.from(point);
  off[64]! ^= 1;
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const algorithmOf = (digits: string) => tlv(0x30, hex(digits));
  const rsaWith = (parameters: string) => algorithmOf(`06092a864886f70d01010b${parameters}`);
  const serialOf = (tag: number) => tlv(0x30, hex('0603550405'), tlv(tag, Buffer.from('SN-1')));
  const [cn, serial] = [tlv(0x30, hex('0603550403'), text('SN-0001')), serialOf(0x13)];
  const challenge = tlv(0x30, hex('06092a864886f70d010907'), hex('31030c0141'));
  const made = (parts: Parameters<typeof makeCsr>[1]) => makeCsr('SN-1', parts).csrDer;
  const withPoint = (value: Uint8Array) => requestFor(ecSpki(value), privateKey);
  const flipped = Buffer.from(signature);
  flipped[flipped.length - 1]! ^= 1;
  const rows: [RefusalReason, string, Uint8Array][] = [
    ['notDer', 'nothing', Buffer.alloc(0)],
    ['notDer', 'words', Buffer.from('hello, world')],
    ['notDer', 'base64 of something else', Buffer.from(Buffer.from('hello, world').toString('base64'))],
    ['notDer', 'base64 cut short', Buffer.from(Buffer.from(csrDer).toString('base64').slice(0, -1))],
    ['notDer', 'base64 of both alphabets', Buffer.from(`-${Buffer.from(csrDer).toString('base64').slice(1)}+`)],
    ['notDer', 'PEM without end', Buffer.from('-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n')],
    ['notDer', 'cut short', csrDer.subarray(0, -1)],
    ['notDer', 'high tag number', made({ attributes: attribute(tlv(0x31, hex('1f1f0100'))) })],
    ['notDer', 'BOOLEAN 1', made({ attributes: attribute(tlv(0x31, hex('010101'))) })],
    ['notDer', 'constructed OCTET STRING', made({ attributes: attribute(tlv(0x31, hex('24030401ff'))) })],
    ['notDer', 'padded OBJECT IDENTIFIER', made({ attributes: tlv(0x30, hex('060480550403'), hex('31020500')) })],
    ['trailingBytes', 'a byte after the end', Buffer.concat([csrDer, hex('00')])],
    ['indefiniteLength', 'outermost', Buffer.concat([hex('3080'), inner, hex('0000')])],
    ['indefiniteLength', 'inside', made({ attributes: attribute(hex('318005000000')) })],
    ['nonMinimalLength', 'outermost', Buffer.concat([hex('308200'), Buffer.of(inner.length), inner])],
    ['nonMinimalLength', 'inside, under 128', made({ attributes: attribute(hex('3181020500')) })],
    ['nonMinimalLength', 'six octets', Buffer.concat([hex('308600000000'), hex('00c0'), inner])],
    ['nonMinimalInteger', 'positive', made({ attributes: attribute(hex('310402020001')) })],
    ['nonMinimalInteger', 'negative', made({ attributes: attribute(hex('31040202ff80')) })],
    ['wrongStructure', 'a fourth part', joined(info, algorithm, signature, hex('0500'))],
    ['wrongStructure', 'signature as OCTET STRING', joined(info, algorithm, tlv(4, signature.subarray(2)))],
    ['wrongStructure', 'attribute without value', made({ attributes: attribute(hex('3100')) })],
    ['wrongStructure', 'NUL in the common name', made({ subject: nameOf('SN-1\0.evil') })],
    ['wrongStructure', 'common name as BMPString', made({ subject: joined(named(tlv(0x1e, hex('0053')))) })],
    ['oversize', 'DER', Buffer.concat([csrDer, Buffer.alloc(8192)])],
    ['oversize', 'text', Buffer.alloc(1e6, ' ')],
    ['oversize', 'base64', Buffer.from(Buffer.alloc(8193, 0x30).toString('base64'))],
    ['wrongVersion', 'v2', made({ version: 1 })],
    ['wrongVersion', 'v256', made({ version: 0xff })],
    ['duplicateAttribute', 'two extension requests', made({ attributes: twice(attribute(hex('31020500'))) })],
    // Attributes without a name of ours: that they are of another type is no reason.
    ['wrongStructure', 'a BMPString that ends within a character', made({ subject: other(tlv(0x1e, hex('005300'))) })],
    ['wrongStructure', 'a UniversalString that does', made({ subject: other(tlv(0x1c, hex('000000530000'))) })],
    ['duplicateAttribute', 'two common names', made({ subject: joined(named(text('A')), named(text('B'))) })],
    ['unsupportedKey', 'compressed point', withPoint(Buffer.concat([hex('03'), point.subarray(1, 33)]))],
    ['unsupportedKey', 'Ed25519', requestFor(joined(hex('300506032b6570'), tlv(3, Buffer.alloc(33))), privateKey)],
    ['unsupportedKey', 'secp256k1', made({ key: generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey })],
    ['pointAtInfinity', 'the one octet', withPoint(hex('00'))],
    ['unsupportedKey', 'a point that only begins so', withPoint(Buffer.concat([hex('00'), point.subarray(1)]))],
    ['unsupportedKey', 'a point of one other octet', withPoint(hex('04'))],
    ['pointNotOnCurve', 'one bit off', withPoint(off)],
    ['pointNotOnCurve', 'zeros', withPoint(Buffer.concat([hex('04'), Buffer.alloc(64)]))],
    ['pointNotOnCurve', 'coordinate over the field', withPoint(Buffer.concat([hex('04'), Buffer.alloc(64, 0xff)]))],
    ['weakSignatureAlgorithm', 'ECDSA, SHA-1', made({ algorithm: algorithmOf('06072a8648ce3d0401'), hash: 'sha1' })],
    ['weakSignatureAlgorithm', 'RSA, MD5', made({ key: rsa, algorithm: algorithmOf('06092a864886f70d0101040500') })],
    ['unsupportedSignatureAlgorithm', 'RSA-PSS', made({ key: rsa, algorithm: algorithmOf('06092a864886f70d01010a') })],
    ['algorithmMismatch', 'RSA algorithm, EC key', made({ algorithm: rsaWithSha256 })],
    ['algorithmMismatch', 'EC algorithm, RSA key', made({ key: rsa })],
    ['algorithmParameters', 'a number with ECDSA', made({ algorithm: algorithmOf('06082a8648ce3d040302020100') })],
    [
      'algorithmParameters',
      'an empty SEQUENCE with ECDSA',
      made({ algorithm: algorithmOf('06082a8648ce3d0403033000') }),
    ],
    ['algorithmParameters', 'RSA with a curve', made({ key: rsa, algorithm: rsaWith('06082a8648ce3d030107') })],
    ['algorithmParameters', 'RSA with the parameters of PSS', made({ key: rsa, algorithm: rsaWith('3000') })],
    [
      'unsupportedSignatureAlgorithm',
      'RSA-PSS, parameters as they must be',
      made({ key: rsa, algorithm: pssWithSha256 }),
    ],
    [
      'unsupportedKey',
      'a key for PSS only',
      made({ key: generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey }),
    ],
    ['wrongStructure', 'RSA key without NULL', requestFor(rsaWithoutNull(rsa), privateKey)],
    ['notDer', 'an RDN that is not in order', made({ subject: joined(tlv(0x31, cn, serial)) })],
    [
      'notDer',
      'attributes that are not in order',
      made({ attributes: Buffer.concat([challenge, attribute(hex('31020500'))]) }),
    ],
    ['notDer', 'values that are not in order', made({ attributes: attribute(hex('3106020102020101')) })],
    ['duplicateAttribute', 'serialNumber twice', made({ subject: joined(tlv(0x31, serial), tlv(0x31, serial)) })],
    ['duplicateAttribute', 'serialNumber twice in one RDN', made({ subject: joined(tlv(0x31, serial, serial)) })],
    ['wrongStructure', 'serialNumber as TeletexString', made({ subject: joined(tlv(0x31, serialOf(0x14))) })],
    ['wrongStructure', 'serialNumber as BMPString', made({ subject: joined(tlv(0x31, serialOf(0x1e))) })],
    ['badSignature', 'one bit off', joined(info, algorithm, flipped)],
    ['badSignature', 'empty', joined(info, algorithm, tlv(3, hex('00')))],
    ['badSignature', 'r = s = 0', joined(info, algorithm, tlv(3, hex('003006020100020100')))],
    ['badSignature', 'by another key', requestFor(ecSpki(point), makeCsr('SN-2').privateKey)],
    [
      'badSignature',
      'over other bytes',
      joined(partsOf(makeCsr('SN-0003', { key: privateKey }).csrDer)[0], algorithm, signature),
    ],
  ];
  return rows.map(([reason, what, bytes]) => ({ reason, what: `${reason}: ${what}`, bytes }));
}

/** RFC 4055 §3.1 with SHA-256 throughout. */
const pssWithSha256 = hex(
  '304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402' +
    '010500a203020120',
);
const rsaWithoutNull = (key: KeyObject): Buffer => {
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return tlv(0x30, hex('300b06092a864886f70d010101'), spki.subarray(spki.indexOf(rsaAlgorithm) + rsaAlgorithm.length));
};

const twice = (bytes: Uint8Array): Buffer => Buffer.concat([bytes, bytes]);
