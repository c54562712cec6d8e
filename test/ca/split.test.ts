/** Shares of a CA's key: any that are enough give it back, and nothing else does. */
import assert from 'node:assert/strict';
import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  joinShares,
  makeRootCertificate,
  newCaKeyPair,
  proveKey,
  shareFacts,
  softwareKey,
  splitKey,
} from '../../app/ca/index.ts';
import { keyShare } from '../../app/contract/authority.ts';
import { StationError } from '../../app/contract/errors.ts';
import { mustOpenssl } from './outside.ts';
import { needTools, now, withCode } from './support.ts';

const publicOf = (key: KeyObject) => createPublicKey(key).export({ type: 'spki', format: 'pem' });
const keys = {
  'P-256': await newCaKeyPair('P-256'),
  'P-384': await newCaKeyPair('P-384'),
  'P-521': await newCaKeyPair('P-521'),
  'RSA-2048': await newCaKeyPair('RSA-2048'),
  'RSA-4096': await newCaKeyPair('RSA-4096'),
};
const mine = keys['P-256'];

const refusedFor =
  (reason: string, data: Record<string, number> = {}) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof StationError && error.code === 'ca.badShares', String(error));
    assert.deepEqual(error.data, { reason, ...data }, error.detail);
    return true;
  };

for (const [keyType, key] of Object.entries(keys)) {
  test(`${keyType}: the key that comes back is sound to OpenSSL, signs as its CA, and each share fits a QR code`, async (t) => {
    const shares = await splitKey(key, { shares: 5, threshold: 3 });
    assert.equal(new Set(shares).size, 5);
    const joined = await joinShares([shares[4]!, shares[0]!, shares[2]!]);
    assert.equal(publicOf(joined), publicOf(key));
    const names = { commonName: 'A Root', organisation: 'O', practice: false };
    const root = await makeRootCertificate({ ...names, years: 1, key: softwareKey(key), now });
    await proveKey(softwareKey(joined), root);
    const longest = keyType === 'P-256' ? 150 : 850;
    for (const share of shares) {
      assert.ok(share.length <= longest, `${share.length} characters`);
      assert.ok(keyShare.safeParse(share).success, 'the contract carries it');
      assert.match(share, /^[A-Za-z0-9:_-]+$/);
    }
    if (!needTools(t, 'openssl')) return;
    const checked = mustOpenssl(['pkey', '-check', '-noout'], String(joined.export({ type: 'pkcs8', format: 'pem' })));
    assert.match(checked, /valid/);
  });
}

test('any m of n shares, in any order, give the key; any m − 1 do not', async () => {
  const counts = fc.integer({ min: 2, max: 16 }).chain((shares) =>
    fc.record({
      shares: fc.constant(shares),
      threshold: fc.integer({ min: 2, max: shares }),
      seed: fc.infiniteStream(fc.nat()),
    }),
  );
  await fc.assert(
    fc.asyncProperty(counts, async ({ shares, threshold, seed }) => {
      const all = await splitKey(mine, { shares, threshold });
      const order = all.map((share) => ({ share, at: seed.next().value as number }));
      const mixed = order.sort((a, b) => a.at - b.at).map(({ share }) => share);
      assert.equal(publicOf(await joinShares(mixed.slice(0, threshold))), publicOf(mine));
      assert.equal(publicOf(await joinShares(mixed)), publicOf(mine), 'more than enough');
      await assert.rejects(joinShares(mixed.slice(0, threshold - 1)), refusedFor('tooFew', { missing: 1 }));
      // However much the shares are made to say that fewer are enough.
      const claims = mixed
        .slice(0, threshold - 1)
        .map((share) => altered(share, 3, String(Math.max(2, threshold - 1))));
      if (threshold > 2) await assert.rejects(joinShares(claims), refusedFor('wrongKey'));
    }),
    { numRuns: 60 },
  );
});

/** The share with another field, and the check that fits it. */
function altered(share: string, field: number, value: string): string {
  const fields = share.split(':').slice(0, -1);
  fields[field] = value;
  const text = fields.join(':');
  return `${text}:${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
}

test('every character of a share counts; spaces and line breaks do not', async () => {
  const [one, two] = (await splitKey(mine, { shares: 2, threshold: 2 })) as [string, string];
  for (let at = 0; at < one.length; at++) {
    for (const other of ['0', 'a', '-']) {
      if (one[at] === other) continue;
      const wrong = one.slice(0, at) + other + one.slice(at + 1);
      const kind = at < 'birthmark-share-1:'.length ? 'notAShare' : 'damaged';
      await assert.rejects(joinShares([wrong, two]), refusedFor(kind, { share: 1 }), `${at} ${other}`);
    }
  }
  const printed = `  ${two.replace(/.{20}/g, '$& \r\n')}\n`;
  assert.equal(publicOf(await joinShares([one, printed])), publicOf(mine));
});

test('what is wrong with the shares is said, and which of them it is', async () => {
  const shares = (await splitKey(mine, { shares: 5, threshold: 3 })) as [string, string, string, string, string];
  const others = (await splitKey(mine, { shares: 5, threshold: 3 })) as [string, string, string, string, string];
  const [a, b, c] = shares;
  const refused = async (given: string[], reason: string, data: Record<string, number>) =>
    assert.rejects(joinShares(given), refusedFor(reason, data));
  await refused([], 'tooFew', { missing: 2 });
  await refused([a], 'tooFew', { missing: 2 });
  await refused([a, b], 'tooFew', { missing: 1 });
  await refused([a, b, b], 'repeated', { share: 3 });
  await refused([a, b, others[2]], 'mixed', { share: 3 });
  await refused([a, b, 'hello'], 'notAShare', { share: 3 });
  await refused([a, '', c], 'notAShare', { share: 2 });
  await refused([a, b, c.replace('share-1', 'share-2')], 'notAShare', { share: 3 });
  await refused([a, b.slice(0, -20), c], 'damaged', { share: 2 });
  await refused([a, b, `${c.slice(0, -8)}00000000`], 'damaged', { share: 3 });
  await refused([a, b, altered(c, 5, '17')], 'damaged', { share: 3 });
  // Made by a skilled attacker: the key that comes out is not the CA's.
  // In the curve's name, and in the scalar: no key, and another sound one.
  for (const at of [5, 30]) {
    const bytes = Buffer.from(c.split(':')[6]!, 'base64url');
    bytes[at]! ^= 1;
    await refused([a, b, altered(c, 6, bytes.toString('base64url'))], 'wrongKey', {});
  }
  await refused([a, b, altered(others[2], 2, a.split(':')[2]!)], 'wrongKey', {});
  assert.deepEqual(shareFacts(b), {
    ca: fingerprint(mine),
    splitId: a.split(':')[2],
    threshold: 3,
    count: 5,
    index: 2,
  });
  assert.throws(() => shareFacts('nothing'), withCode('ca.badShares'));
});

const fingerprint = (key: KeyObject) =>
  createHash('sha256')
    .update(createPublicKey(key).export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16);

test('no texts whatever make it fail otherwise than by name', async () => {
  const [one, two] = (await splitKey(keys['RSA-2048'], { shares: 2, threshold: 2 })) as [string, string];
  const forged = fc
    .uint8Array({ minLength: 3, maxLength: 600 })
    .map((bytes) => Buffer.from(bytes).toString('base64url'));
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string({ maxLength: 200 }),
        forged.map((data) => altered(two, 6, data)),
      ),
      async (text) => {
        await assert.rejects(joinShares([one, text]), withCode('ca.badShares'));
        await assert.rejects(joinShares([altered(one, 6, text), altered(two, 6, text)]), withCode('ca.badShares'));
      },
    ),
    { numRuns: 300 },
  );
});

test('a split nobody could use, or a key of another kind, is refused', async () => {
  for (const [shares, threshold] of [
    [1, 1],
    [3, 1],
    [2, 3],
    [17, 2],
    [Number.NaN, 2],
    [3, 2.5],
  ] as const)
    await assert.rejects(
      splitKey(mine, { shares, threshold }),
      withCode('call.badParams'),
      `${threshold} of ${shares}`,
    );
  const { privateKey } = generateKeyPairSync('ed25519');
  await assert.rejects(splitKey(privateKey, { shares: 3, threshold: 2 }), withCode('ca.unfit'));
});
