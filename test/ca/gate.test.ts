/** The reasons: each one is given, for what it is meant for and for nothing sound. */
import assert from 'node:assert/strict';
import { createECDH, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { decide, parseCsr, type RefusalReason, refusals } from '../../app/ca/index.ts';
import { hasCloseFactors, hasSmallFactor, isRoca, squareRoot } from '../../app/ca/keys/rsa.ts';
import { isGuessable, isPublished } from '../../app/ca/keys/weakkeys.ts';
import { weakPoints } from '../../app/ca/keys/weakpoints.ts';
import { errorCodes, StationError } from '../../app/contract/errors.ts';
import { ecSpki, malformed, requestFor, rsaWithSha256, weakModuli } from './malformed.ts';
import { makeCsr } from './support.ts';
import { curves, pointOf, weakScalars } from './weakscalars.ts';

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
  const sound = parseCsr(csrDer);
  assert.equal(isPublished(sound.spkiSha256), false);
  assert.equal(isGuessable('P-256', sound.spkiDer.subarray(-65)), false);
});

/** Every so many of them: all 27,000 take ten seconds. */
const stride = 60;

for (const curve of curves) {
  const { keyType, order } = curve;

  test(`${keyType}: keys with a small or patterned private half are refused, and the list holds nothing else`, () => {
    const scalars = weakScalars(curve);
    assert.equal(weakPoints[keyType].length / 8, scalars.length, 'run test/ca/makeweakpoints.ts');
    // Both ends of what is small, -1, the stuck octets of the examples, and a sample of all.
    const octets = (value: string) => BigInt(`0x${value.repeat(curve.octets)}`) % order;
    const named = [
      1n,
      2n,
      17n,
      4096n,
      order - 1n,
      order - 4096n,
      octets('42'),
      octets('ff'),
      octets('01'),
      octets('a5'),
    ];
    for (const scalar of [...named, ...scalars.filter((_, at) => at % stride === 0)]) {
      assert.ok(isGuessable(keyType, pointOf(curve, scalar)), `${keyType} ${scalar.toString(16)}`);
    }
    for (const scalar of [4099n, order - 4099n, order / 3n]) {
      assert.equal(isGuessable(keyType, pointOf(curve, scalar)), false, `${keyType} ${scalar.toString(16)}`);
    }
    // Read one name after the other, it is in order: the search finds each.
    const names = weakPoints[keyType].match(/.{8}/g)!;
    assert.deepEqual(names, [...new Set(names)].sort());
  });

  test(`${keyType}: random keys are not taken for weak ones`, () => {
    const ecdh = createECDH(curve.name);
    for (let made = 0; made < 200; made++)
      assert.equal(isGuessable(keyType, new Uint8Array(ecdh.generateKeys())), false);
  });
}

test('a request with a guessable key is refused for it on each curve', () => {
  for (const curve of curves) {
    const namedCurve = curve.keyType;
    const jwk = generateKeyPairSync('ec', { namedCurve }).privateKey.export({ format: 'jwk' });
    const point = Buffer.from(pointOf(curve, 17n));
    const [x, y] = [point.subarray(1, 1 + curve.octets), point.subarray(1 + curve.octets)];
    const d = Buffer.alloc(curve.octets);
    d[d.length - 1] = 17;
    const parts = { d: d.toString('base64url'), x: x.toString('base64url'), y: y.toString('base64url') };
    const key = createPrivateKey({ key: { ...jwk, ...parts }, format: 'jwk' });
    refusedFor('knownWeakKey', makeCsr('SN-1', { key }).csrDer, `${namedCurve} with the private key 17`);
  }
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
  refusedBy({ keySuperseded: true }, 'superseded');
  refusedBy({ unitHasCertificate: true }, 'unitHasCertificate');
  refusedBy({ caPublicKeys: [facts.csr.spkiSha256] }, 'caKey');
});

test('every reason of the catalogue has been given above, and says where it comes from', () => {
  // A key that was reported is known to the records alone: test/records/revocation.test.ts.
  assert.deepEqual([...given, 'keyCompromised'].sort(), Object.keys(refusals).sort());
  for (const code of errorCodes.filter((code) => code.startsWith('csr.'))) {
    assert.ok(
      Object.values(refusals).some((refusal) => refusal.code === code),
      `${code} has no reason`,
    );
  }
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
