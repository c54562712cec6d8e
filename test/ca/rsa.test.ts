/** What makes an RSA key weak, in numbers small enough that each boundary can be met exactly. */
import assert from 'node:assert/strict';
import { checkPrimeSync, generatePrimeSync } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { readDer } from '../../app/ca/asn1/der.ts';
import {
  bitsOf,
  checkRsa,
  hasCloseFactors,
  hasSmallFactor,
  isRoca,
  readRsa,
  squareRoot,
} from '../../app/ca/keys/rsa.ts';
import { hex } from './support.ts';

const primesTo = (limit: number) =>
  Array.from({ length: limit - 1 }, (_, i) => i + 2).filter((n) => checkPrimeSync(BigInt(n)));
const large = generatePrimeSync(512, { bigint: true });

test('the number of bits is that of the binary digits', () => {
  for (const value of [0n, 1n, 2n, 7n, 8n, 15n, 16n, 255n, 256n])
    assert.equal(bitsOf(value), value === 0n ? 0 : value.toString(2).length, `${value}`);
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 2n ** 200n }), (value) => bitsOf(value) === value.toString(2).length),
  );
});

test('the square root is the whole one below', () => {
  const holds = (value: bigint) => {
    const root = squareRoot(value);
    return root * root <= value && (root + 1n) ** 2n > value;
  };
  for (let value = 0n; value < 300n; value++) assert.ok(holds(value), `${value}`);
  fc.assert(fc.property(fc.bigInt({ min: 1n, max: 2n ** 300n }), holds));
  fc.assert(
    fc.property(fc.bigInt({ min: 2n, max: 2n ** 200n }), (root) =>
      [-1n, 0n, 1n].every((more) => squareRoot(root * root + more) === (more < 0n ? root - 1n : root)),
    ),
  );
});

test('each odd prime up to 751 is found in a modulus, and 757 is not', () => {
  for (const prime of primesTo(752).slice(1)) assert.ok(hasSmallFactor(BigInt(prime) * large), `${prime}`);
  for (const prime of [757n, 761n]) assert.equal(hasSmallFactor(prime * large), false);
  assert.equal(hasSmallFactor(large), false);
});

test('factors that Fermat finds in 100 rounds are too close, and those of the round after are not', () => {
  const found = new Map<bigint, bigint>();
  for (let a = 1_000_001n; found.size < 103 && a < 1_006_000n; a++)
    for (let b = 2n - (a % 2n === 0n ? 1n : 0n); b < 14_400n; b += 2n) {
      // What round finds a² − b² is known before it is tried.
      const n = a * a - b * b;
      const root = squareRoot(n);
      const round = a - (root * root < n ? root + 1n : root);
      if (found.has(round) || round > 102n) continue;
      if (checkPrimeSync(a - b) && checkPrimeSync(a + b)) found.set(round, n);
    }
  const rounds = [...found.keys()];
  assert.ok(rounds.includes(0n) && rounds.includes(99n) && rounds.includes(100n), rounds.join());
  for (const [round, n] of found) assert.equal(hasCloseFactors(n), round < 100n, `round ${round}`);
  assert.equal(hasCloseFactors(large * large), true, 'a square');
  assert.equal(hasCloseFactors(large * generatePrimeSync(500, { bigint: true })), false);
});

/** The number below the product of all moduli that leaves these remainders. */
function withRests(rests: readonly (readonly [prime: bigint, rest: bigint])[]): bigint {
  let [value, product] = [0n, 1n];
  for (const [prime, rest] of rests) {
    while (value % prime !== rest) value += product;
    product *= prime;
  }
  return value;
}
const power = (exponent: number, prime: bigint) => {
  let result = 1n;
  for (let i = 0; i < exponent; i++) result = (result * 65537n) % prime;
  return result;
};

test('a modulus is of the faulty library when it is a power of 65537 to every odd prime up to 167, and to each the same', () => {
  const primes = primesTo(167).slice(1).map(BigInt);
  const powers = (exponent: number) => primes.map((prime) => [prime, power(exponent, prime)] as const);
  for (const exponent of [0, 1, 2, 77, 1000]) assert.ok(isRoca(withRests(powers(exponent))), `${exponent}`);
  for (const [at, prime] of primes.entries()) {
    const subgroup = new Set(Array.from({ length: Number(prime) }, (_, exponent) => power(exponent, prime)));
    const others = Array.from({ length: Number(prime) }, (_, rest) => BigInt(rest)).filter(
      (rest) => !subgroup.has(rest),
    );
    const outside = powers(77).map((one, i) => (i === at ? ([prime, others.at(-1)!] as const) : one));
    assert.equal(isRoca(withRests(outside)), false, `no power to ${prime}`);
    const apart = powers(77).map((one, i) => (i === at ? ([prime, power(78, prime)] as const) : one));
    if (subgroup.size % 2 === 0) assert.equal(isRoca(withRests(apart)), false, `another power to ${prime}`);
  }
  assert.equal(isRoca(large * generatePrimeSync(512, { bigint: true })), false);
});

test('sizes and exponents at their bounds', () => {
  const sound = generatePrimeSync(1024, { bigint: true }) * generatePrimeSync(1024, { bigint: true });
  const fails = (modulus: bigint, exponent = 65537n) => {
    try {
      checkRsa({ modulus, exponent });
      return 'none';
    } catch (error) {
      return String((error as { data?: { reason?: string } }).data?.reason);
    }
  };
  const exact = (bits: number) => {
    for (;;) {
      const modulus =
        generatePrimeSync(bits / 2, { bigint: true }) * generatePrimeSync(bits - bits / 2, { bigint: true });
      if (bitsOf(modulus) === bits) return modulus;
    }
  };
  const smallest = exact(2048);
  assert.equal(fails(smallest), 'none');
  assert.equal(fails(smallest >> 1n), 'rsaModulusSmall');
  assert.equal(fails((1n << 4095n) | 1n).startsWith('rsa'), true, 'of 4096 bits it is looked at');
  assert.equal(fails((1n << 4096n) | 1n), 'unsupportedKey');
  assert.equal(fails(smallest + 1n), 'rsaModulusEven');
  assert.equal(fails(smallest, 65535n), 'rsaExponentBad');
  assert.equal(fails(smallest, 65536n), 'rsaExponentBad');
  assert.equal(fails(smallest, 65537n), 'none');
  assert.equal(fails(smallest, 65538n), 'rsaExponentBad');
  assert.equal(fails(smallest, (1n << 256n) - 1n), 'none');
  assert.equal(fails(smallest, (1n << 256n) + 1n), 'rsaExponentBad');
  // Of several faults the one that costs least to find is told.
  assert.equal(fails(1n << 4096n), 'unsupportedKey', 'before even');
  assert.equal(fails(smallest + 1n, 3n), 'rsaModulusEven', 'before the exponent');
  assert.equal(fails(3n * smallest, 3n), 'rsaExponentBad', 'before the factor');
  assert.ok(bitsOf(sound) >= 2047);
  assert.deepEqual(readRsa(readDer(hex('3008020200ff02020100'))), { modulus: 255n, exponent: 256n });
  for (const der of ['3003020103', '3009020103020103020103', '30060201ff020103'])
    assert.throws(() => readRsa(readDer(hex(der))), der);
});
