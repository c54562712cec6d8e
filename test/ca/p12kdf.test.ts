/** The key derivation of PKCS #12, judged by the figures that GnuTLS tests its own with (tests/pkcs12_s2k.c). */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { newBudget } from '../../app/ca/keyfiles/fault.ts';
import { bmpOf, deriveP12, purposes } from '../../app/ca/keyfiles/p12kdf.ts';
import { hex } from './support.ts';

const vectors: [passphrase: string, salt: string, rounds: number, purpose: number, derived: string][] = [
  ['smeg', '0a58cf64530d823f', 1, purposes.key, '8aaae6297b6cb04642ab5b077851284eb7128f1a2a7fbca3'],
  ['smeg', '0a58cf64530d823f', 1, purposes.iv, '79993dfe048d3b76'],
  ['smeg', '3d83c0e4546ac140', 1, purposes.mac, '8d967d88f6caa9d714800ab3d48051d63f73a312'],
  ['queeg', '05dec959acff72f7', 1000, purposes.key, 'ed2034e36328830ff09df1e1a07dd357185dac0d4f9eb3d4'],
  ['queeg', '05dec959acff72f7', 1000, purposes.iv, '11dedad7758d4860'],
  ['queeg', '263216fcc2fab31c', 1000, purposes.mac, '5ec4c7a80df652294c3925b6489a7ab857c83476'],
];

for (const [passphrase, salt, rounds, purpose, derived] of vectors) {
  test(`${passphrase}, ${rounds} rounds, purpose ${purpose}`, async () => {
    const from = { hash: 'sha1', password: bmpOf(passphrase), salt: hex(salt), rounds } as const;
    const length = derived.length / 2;
    assert.equal((await deriveP12(from, purpose, length, newBudget())).toString('hex'), derived);
  });
}

/** OpenSSL 3 has the same derivation. The lengths need one block, a part of a second one, and three. */
test('OpenSSL derives the same, with each hash and purpose', async () => {
  const password = bmpOf('long älter');
  const salt = hex('00112233445566778899aabbccddeeff0011');
  for (const hash of ['sha1', 'sha256', 'sha384', 'sha512'] as const)
    for (const [purpose, length] of [
      [purposes.key, 32],
      [purposes.iv, 70],
      [purposes.mac, 150],
    ] as const) {
      const derived = await deriveP12({ hash, password, salt, rounds: 3 }, purpose, length, newBudget());
      const options = {
        ...{ digest: hash, hexpass: Buffer.from(password).toString('hex'), hexsalt: Buffer.from(salt).toString('hex') },
        ...{ iter: '3', id: `${purpose}` },
      };
      const given = Object.entries(options).flatMap(([name, value]) => ['-kdfopt', `${name}:${value}`]);
      const said = execFileSync('openssl', ['kdf', '-keylen', `${length}`, '-binary', ...given, 'PKCS12KDF']);
      assert.equal(derived.toString('hex'), said.toString('hex'), `${hash}, purpose ${purpose}`);
    }
});

test('while it computes, others get their turn', async () => {
  let turns = 0;
  const turn = () => {
    turns += 1;
    next = setImmediate(turn);
  };
  let next = setImmediate(turn);
  const from = { hash: 'sha256', password: bmpOf('p'), salt: hex('00'), rounds: 160_001 } as const;
  await deriveP12(from, purposes.mac, 32, newBudget());
  clearImmediate(next);
  assert.ok(turns >= 9, `${turns} turns`);
});

test('no round at all is no derivation', async () => {
  const from = { hash: 'sha1', password: bmpOf(undefined), salt: hex('00'), rounds: 0 } as const;
  await assert.rejects(deriveP12(from, purposes.key, 8, newBudget()), { code: 'ca.badKeyFile' });
});
