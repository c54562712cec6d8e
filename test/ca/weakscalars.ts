/**
 * Private keys that a device makes when its random generator does not work: what a stuck, uncalled, half-filled or
 * counting one leaves in the buffer. The list of the product (app/ca/keys/weakpoints.ts) holds the x coordinates of exactly
 * these; `node test/ca/makeweakpoints.ts` writes it.
 */
import { createECDH } from 'node:crypto';

export type Curve = { keyType: 'P-256' | 'P-384' | 'P-521'; name: string; octets: number; bits: number; order: bigint };

/** Orders of the base points: FIPS 186-4 §D.1.2. */
export const curves: readonly Curve[] = [
  {
    keyType: 'P-256',
    name: 'prime256v1',
    octets: 32,
    bits: 256,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  {
    keyType: 'P-384',
    name: 'secp384r1',
    octets: 48,
    bits: 384,
    order: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
  {
    keyType: 'P-521',
    name: 'secp521r1',
    octets: 66,
    bits: 521,
    order: BigInt(
      '0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409',
    ),
  },
];

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const smallest = 4096;

/** Words that people and debuggers fill memory with, repeated. */
const words = [
  'deadbeef cafebabe feedface feedf00d baadf00d 0badf00d 8badf00d c0ffee00 badc0ffe defec8ed',
  '12345678 01234567 89abcdef 76543210 01020304 00010203 11223344 aabbccdd 55aa a55a 1234 abcd dead beef cafe babe f00d',
  '0123456789abcdef fedcba9876543210 0102030405060708 1122334455667788 0011223344556677 deadbeefcafebabe',
  '000102030405060708090a0b0c0d0e0f 00112233445566778899aabbccddeeff 0123456789abcdeffedcba9876543210',
  // The key of FIPS 197 and SP 800-38A.
  '2b7e151628aed2a6abf7158809cf4f3c',
];
const texts = ['0123456789', '1234567890', '0123456789abcdef', '0123456789ABCDEF', 'abcdefghijklmnopqrstuvwxyz'];

type Fill = (at: number) => number;
const repeated =
  (unit: Uint8Array): Fill =>
  (at) =>
    unit[at % unit.length]!;
/** Numbers of `size` octets, one after the other. */
const counter =
  (size: number, start: number, littleEndian: boolean): Fill =>
  (at) =>
    ((Math.floor(at / size) + start) >> (8 * (littleEndian ? at % size : size - 1 - (at % size)))) & 255;

const fills: readonly Fill[] = [
  ...range(0, 255).map((octet): Fill => repeated(Uint8Array.of(octet))),
  ...range(0, 255).flatMap((start): Fill[] => [(at) => (start + at) & 255, (at) => (start - at) & 255]),
  ...range(1, 255).flatMap((octet) => [0, 255].flatMap((other) => [repeated(Uint8Array.of(octet, other))])),
  ...range(1, 255).map((octet): Fill => repeated(Uint8Array.of(0, 0, 0, octet))),
  ...words.flatMap((line) => line.split(' ')).map((word) => repeated(Buffer.from(word, 'hex'))),
  ...texts.map((text) => repeated(Buffer.from(text))),
  ...[2, 4].flatMap((size) => [0, 1].flatMap((start) => [counter(size, start, false), counter(size, start, true)])),
];

/** A buffer of which only the beginning was written. */
const beginnings: readonly Fill[] = [
  ...[0x01, 0x42, 0x55, 0xa5, 0xaa, 0xff].map((octet) => repeated(Uint8Array.of(octet))),
  (at) => at,
  (at) => at + 1,
];

const numberOf = (octets: Uint8Array): bigint => BigInt(`0x${Buffer.from(octets).toString('hex')}`);

/** The buffers, read from either end. */
function* buffers(octets: number): Generator<bigint> {
  const whole = fills.map((fill) => Uint8Array.from({ length: octets }, (_, at) => fill(at)));
  const begun = range(1, octets - 1).flatMap((length) =>
    beginnings.map((fill) => Uint8Array.from({ length: octets }, (_, at) => (at < length ? fill(at) : 0))),
  );
  for (const buffer of [...whole, ...begun]) {
    yield numberOf(buffer);
    yield numberOf(buffer.toReversed());
  }
}

function* numbers({ bits, octets, order }: Curve): Generator<bigint> {
  for (const small of range(1, smallest)) yield BigInt(small);
  // A small number in the wrong order of octets.
  for (const small of range(1, 255)) yield BigInt(small) << BigInt(8 * (octets - 1));
  for (const power of range(1, bits)) for (const near of [-1n, 0n, 1n]) yield (1n << BigInt(power)) + near;
  for (const near of range(-8, 8)) yield order / 2n + BigInt(near);
  for (const near of range(1, 16)) yield (1n << BigInt(8 * octets)) - BigInt(near);
}

/**
 * Each private key once, and of d and -d one: their points have the same x. A number over the order is reduced, or cut to
 * the order's bits, as implementations do either.
 */
export function weakScalars(curve: Curve): bigint[] {
  const { octets, bits, order } = curve;
  const found = new Set<bigint>();
  for (const number of [...numbers(curve), ...buffers(octets)]) {
    for (const scalar of [number % order, number & ((1n << BigInt(bits)) - 1n)]) {
      if (scalar === 0n || scalar >= order) continue;
      found.add(scalar * 2n < order ? scalar : order - scalar);
    }
  }
  return [...found];
}

/** The public key: the uncompressed point (SEC 1 §2.3.3). */
export function pointOf({ name, octets }: Curve, scalar: bigint): Uint8Array {
  const ecdh = createECDH(name);
  ecdh.setPrivateKey(Buffer.from(scalar.toString(16).padStart(2 * octets, '0'), 'hex'));
  return new Uint8Array(ecdh.getPublicKey());
}
