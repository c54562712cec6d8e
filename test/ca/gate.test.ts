/** The reasons: each one is given, for what it is meant for and for nothing sound. */
import assert from 'node:assert/strict';
import { createECDH, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { decide, parseCsr, type RefusalReason, refusals } from '../../app/ca/index.ts';
import { hasCloseFactors, hasSmallFactor, isRoca, squareRoot } from '../../app/ca/rsa.ts';
import { isKnownWeak } from '../../app/ca/weakkeys.ts';
import { StationError } from '../../app/contract/errors.ts';
import { ecSpki, malformed, requestFor, rsaWithSha256, weakModuli } from './malformed.ts';
import { makeCsr } from './support.ts';

const { csrDer, privateKey } = makeCsr('SN-1');
const given = new Set<RefusalReason>();

function refusedFor(reason: RefusalReason, bytes: Uint8Array, what: string): void {
  try {
    parseCsr(bytes);
  } catch (error) {
    assert.ok(error instanceof StationError, `${what}: ${error}`);
    assert.equal(error.data?.reason, reason, `${what}: ${error.message}`);
    assert.equal(error.code, refusals[reason].code, what);
    given.add(reason);
    return;
  }
  assert.fail(`${what} was taken`);
}

test('each malformed request is refused for its reason', () => {
  for (const { what, bytes, reason } of malformed()) refusedFor(reason, bytes, what);
});

test('weak RSA keys are refused by what makes them weak', () => {
  for (const { what, spki, reason } of weakModuli()) refusedFor(reason, requestFor(spki, privateKey), what);
});

test('sound RSA keys of every size pass', () => {
  for (const modulusLength of [2048, 3072, 4096]) {
    const key = generateKeyPairSync('rsa', { modulusLength }).privateKey;
    assert.equal(parseCsr(makeCsr('SN-1', { key, algorithm: rsaWithSha256 }).csrDer).keyType, `RSA-${modulusLength}`);
  }
});

test('the tests of moduli find nothing in numbers without the weakness', () => {
  const octets = fc.uint8Array({ minLength: 256, maxLength: 256 });
  const smallOddPrimes = [3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n, 41n, 43n, 47n];
  fc.assert(
    fc.property(octets, (bytes) => {
      const number = BigInt(`0x${Buffer.from(bytes).toString('hex')}`) | (1n << 2047n) | 1n;
      assert.equal(isRoca(number), false);
      assert.equal(hasCloseFactors(number), false);
      if (smallOddPrimes.some((prime) => number % prime === 0n)) assert.ok(hasSmallFactor(number));
      assert.ok(hasSmallFactor(number * 743n));
    }),
    { numRuns: 200 },
  );
});

test('every odd factor under 752 is found', () => {
  const prime = (1n << 2203n) - 1n;
  assert.equal(hasSmallFactor(prime), false);
  for (let factor = 3n; factor < 752n; factor += 2n) assert.ok(hasSmallFactor(factor * prime), `${factor}`);
});

test('the square root is the whole part of the root, whatever the number', () => {
  const isRoot = (value: bigint): void => {
    const root = squareRoot(value);
    assert.ok(root * root <= value && value < (root + 1n) ** 2n, `${value}`);
  };
  for (let value = 0n; value < 5000n; value++) isRoot(value);
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 1n << 2100n }), (root) => {
      for (const value of [root, root ** 2n - 1n, root ** 2n, root ** 2n + 1n]) isRoot(value);
    }),
  );
});

test('factors are close when the hundred rounds find them, and no round later', () => {
  const octets = fc.uint8Array({ minLength: 128, maxLength: 128 });
  const round = fc.bigInt({ min: 0n, max: 200n });
  fc.assert(
    fc.property(octets, round, (bytes, wanted) => {
      // n = middle² − half², so that Fermat's method meets `middle` in about the round that is wanted.
      const middle = BigInt(`0x${Buffer.from(bytes).toString('hex')}`) | (1n << 1023n);
      const half = squareRoot(2n * middle * wanted);
      const modulus = middle ** 2n - half ** 2n;
      const root = squareRoot(modulus);
      const met = middle - (root * root < modulus ? root + 1n : root);
      assert.equal(hasCloseFactors(modulus), met < 100n, `round ${met}`);
    }),
    { numRuns: 500 },
  );
});

test('a key whose private half is published is refused', () => {
  const curve = createECDH('prime256v1');
  const keyOf = (scalar: Buffer) => {
    curve.setPrivateKey(scalar);
    return ecSpki(curve.getPublicKey());
  };
  const one = Buffer.alloc(32);
  one[31] = 1;
  refusedFor('knownWeakKey', requestFor(keyOf(one), privateKey), 'the private key 1');
  // RFC 6979 §A.2.5; RFC 9500 §2.3 testECCP256.
  const published = [
    'c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721',
    'e6cb5bdd80aa45ae9c95e8c15476679ffec953c16851e711e743939589c64fc1',
  ];
  for (const digits of published) {
    refusedFor('knownWeakKey', requestFor(keyOf(Buffer.from(digits, 'hex')), privateKey), digits);
  }
  assert.equal(isKnownWeak(parseCsr(csrDer).spkiSha256), false);
});

test('what only the station knows is refused with a reason, too', () => {
  const facts = { csr: parseCsr(csrDer), unitSerial: 'SN-1', orderLeft: 1, caPublicKeys: [] };
  const refusedBy = (changes: Partial<Parameters<typeof decide>[0]>, reason: RefusalReason) => {
    const decision = decide({ ...facts, ...changes });
    assert.ok(!decision.allowed);
    assert.equal(decision.data?.reason, reason);
    assert.equal(decision.code, refusals[reason].code);
    given.add(reason);
  };
  refusedBy({ unitSerial: 'SN-2' }, 'subjectMismatch');
  refusedBy({ keySeenOn: 'SN-9' }, 'keySeen');
  refusedBy({ caPublicKeys: [facts.csr.spkiSha256] }, 'caKey');
});

test('every reason of the catalogue has been given above, and says where it comes from', () => {
  assert.deepEqual([...given].sort(), Object.keys(refusals).sort());
  for (const { source } of Object.values(refusals))
    assert.match(source, /RFC|X\.690|NIST|CVE|CA\/Browser|AWS|Birthmark/);
});

test('base64 and base64url are taken, with any white space; nothing else that a decoder would forgive', () => {
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const base64 = Buffer.from(csrDer).toString('base64');
  const url = Buffer.from(csrDer).toString('base64url');
  const padded = url.padEnd(base64.length, '=');
  for (const text of [base64, url, padded, base64.replace(/.{64}/g, '$&\r\n'), ` ${url}\n`]) {
    const facts = parseCsr(Buffer.from(text));
    assert.deepEqual(Buffer.from(facts.der), Buffer.from(csrDer), text);
    assert.deepEqual(Buffer.from(facts.spkiDer), spki);
  }
  for (const text of [`${base64}=`, `${base64}!`, base64.replace(/^./, '%'), `${base64}${base64}`, `"${base64}"`]) {
    assert.throws(() => parseCsr(Buffer.from(text)), StationError, text);
  }
});
