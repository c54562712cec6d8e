/**
 * RSA public keys that may not be certified. Each test is bounded; the longest takes a few milliseconds at 4096 bits.
 */
import { type DerNode, items, magnitudeOf } from '../asn1/node.ts';
import { type RefusalReason, refusal } from '../x509/csrrefusal.ts';

/**
 * RSAPublicKey (RFC 8017 §A.1.1) as numbers.
 * @throws `DerError`
 */
export function readRsa(node: DerNode): RsaKey {
  const [modulus, exponent] = items(node, 'RSAPublicKey', 2);
  return { modulus: numberOf(magnitudeOf(modulus, 'modulus')), exponent: numberOf(magnitudeOf(exponent, 'exponent')) };
}

export type RsaKey = { modulus: bigint; exponent: bigint };

const numberOf = (magnitude: Uint8Array): bigint => BigInt(`0x0${Buffer.from(magnitude).toString('hex')}`);

export function bitsOf(value: bigint): number {
  const digits = value.toString(16);
  return digits.length * 4 - (Math.clz32(Number.parseInt(digits[0]!, 16)) - 28);
}

type Test = { reason: RefusalReason; why: string; fails: (key: RsaKey) => boolean };

/** In the order of their cost. */
const tests: readonly Test[] = [
  { reason: 'rsaModulusSmall', why: 'modulus under 2048 bits', fails: ({ modulus }) => bitsOf(modulus) < 2048 },
  { reason: 'unsupportedKey', why: 'modulus over 4096 bits', fails: ({ modulus }) => bitsOf(modulus) > 4096 },
  { reason: 'rsaModulusEven', why: 'even modulus', fails: ({ modulus }) => modulus % 2n === 0n },
  { reason: 'rsaExponentBad', why: 'public exponent', fails: ({ exponent }) => !isGoodExponent(exponent) },
  { reason: 'rsaSmallFactor', why: 'a factor under 752', fails: ({ modulus }) => hasSmallFactor(modulus) },
  { reason: 'rsaRoca', why: 'made by the faulty library of CVE-2017-15361', fails: ({ modulus }) => isRoca(modulus) },
  { reason: 'rsaFactorsClose', why: 'factors too close together', fails: ({ modulus }) => hasCloseFactors(modulus) },
];

/** @throws `csr.weakKey`, `csr.unsupportedKey` – with the reason */
export function checkRsa(key: RsaKey): void {
  const failed = tests.find((test) => test.fails(key));
  if (failed !== undefined) throw refusal(failed.reason, `RSA key: ${failed.why}`);
}

const isGoodExponent = (exponent: bigint): boolean =>
  exponent >= 65537n && exponent % 2n === 1n && bitsOf(exponent) <= 256;

function primesBelow(limit: number): number[] {
  const isPrime = (n: number): boolean => {
    for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false;
    return true;
  };
  return Array.from({ length: limit - 2 }, (_, i) => i + 2).filter(isPrime);
}

const oddPrimes = primesBelow(752).slice(1);

/** About six primes and their product, which fits a Number: one division of the large number serves all of them. */
type Together = { product: number; primes: number[] };

function together(primes: readonly number[]): Together[] {
  const groups: Together[] = [{ product: 1, primes: [] }];
  for (const prime of primes) {
    const last = groups.at(-1)!;
    if (last.product * prime > Number.MAX_SAFE_INTEGER) {
      groups.push({ product: prime, primes: [prime] });
    } else {
      last.product *= prime;
      last.primes.push(prime);
    }
  }
  return groups;
}

const smallFactors = together(oddPrimes);

export const hasSmallFactor = (modulus: bigint): boolean =>
  smallFactors.some(({ product, primes }) => {
    const rest = Number(modulus % BigInt(product));
    return primes.some((prime) => rest % prime === 0);
  });

/** Fermat's method finds p and q near √n in a few rounds. The Baseline Requirements ask for 100. */
const fermatRounds = 100;

export function hasCloseFactors(modulus: bigint): boolean {
  const root = squareRoot(modulus);
  const middle = root * root < modulus ? root + 1n : root;
  // The remainders first tell whether middle² − modulus can be a square. That spares 99 of 100 roots.
  let middleLeft = Number(middle % sieve);
  let restLeft = Number((middle * middle - modulus) % sieve);
  for (let round = 0; round < fermatRounds; round++) {
    if (canBeSquare(restLeft) && isSquare((middle + BigInt(round)) ** 2n - modulus)) return true;
    restLeft = (restLeft + 2 * middleLeft + 1) % Number(sieve);
    middleLeft += 1;
  }
  return false;
}

const sieveParts = [64, 63, 65, 11].map((part) => ({
  part,
  squares: new Set(Array.from({ length: part }, (_, i) => (i * i) % part)),
}));
const sieve = BigInt(sieveParts.reduce((product, { part }) => product * part, 1));
const canBeSquare = (left: number): boolean => sieveParts.every(({ part, squares }) => squares.has(left % part));

function isSquare(value: bigint): boolean {
  const root = squareRoot(value);
  return root * root === value;
}

/**
 * ⌊√value⌋. Each round has twice the digits of the round before: the method of Python's `math.isqrt`, which is proved
 * there.
 */
export function squareRoot(value: bigint): bigint {
  if (value === 0n) return 0n;
  const half = (bitsOf(value) - 1) >> 1;
  let root = 1n;
  let digits = 0;
  for (let shift = 31 - Math.clz32(half); shift >= 0; shift--) {
    const before = digits;
    digits = half >> shift;
    root = (root << BigInt(digits - before - 1)) + (value >> BigInt(2 * half - before - digits + 1)) / root;
  }
  return root * root > value ? root - 1n : root;
}

/**
 * The faulty library makes primes k·M + (65537^a mod M), where M is a product of the first primes. So the modulus, too,
 * is a power of 65537 modulo M. The test looks modulo each odd prime up to 167: every one must have a discrete
 * logarithm, and the logarithms must agree where the orders have a common divisor. Fewer than one sound key in 2^27 is
 * taken for a faulty one.
 */
const rocaGenerator = 65537;

/** For one prime: the logarithm of each power of the generator, and the number of powers. */
type Logarithms = { prime: bigint; order: number; of: ReadonlyMap<number, number> };

const rocaLogarithms: readonly Logarithms[] = oddPrimes
  .filter((prime) => prime <= 167)
  .map((prime) => {
    const of = new Map<number, number>();
    for (let power = 1, exponent = 0; !of.has(power); exponent++) {
      of.set(power, exponent);
      power = (power * rocaGenerator) % prime;
    }
    return { prime: BigInt(prime), order: of.size, of };
  });
const rocaProduct = rocaLogarithms.reduce((product, { prime }) => product * prime, 1n);

export function isRoca(modulus: bigint): boolean {
  const rest = modulus % rocaProduct;
  const known: { order: number; logarithm: number }[] = [];
  for (const { prime, order, of } of rocaLogarithms) {
    const logarithm = of.get(Number(rest % prime));
    if (logarithm === undefined) return false;
    if (known.some((other) => (other.logarithm - logarithm) % gcd(other.order, order) !== 0)) return false;
    known.push({ order, logarithm });
  }
  return true;
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
