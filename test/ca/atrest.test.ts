/** Key files of this station, opened or refused by what stands in their bytes; the parts of a key; keys in memory. */
import assert from 'node:assert/strict';
import { createCipheriv, createPublicKey, generateKeyPairSync, pbkdf2Sync, sign, verify } from 'node:crypto';
import { test } from 'node:test';
import { encode, integer, oid, readDer, sequence } from '../../app/ca/asn1/der.ts';
import { oids } from '../../app/ca/asn1/oids.ts';
import { chainFrom } from '../../app/ca/authorities/outsidechain.ts';
import {
  decryptKey,
  joinShares,
  makeRootCertificate,
  pemOf,
  proveKey,
  shareFacts,
  softwareKey,
  splitKey,
} from '../../app/ca/index.ts';
import { coreOf, keyFromCore } from '../../app/ca/keyfiles/keycore.ts';
import { sampleKey } from '../../app/ca/keys/samplekey.ts';
import { hex, now, passphrase, tlv, withCode } from './support.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' });
const spki = (key: typeof publicKey) => key.export({ type: 'spki', format: 'der' });
const spkiDer = new Uint8Array(spki(publicKey));
const seq = (...parts: Uint8Array[]) => tlv(0x30, ...parts);
const typed = (type: string, ...rest: Uint8Array[]) => seq(Buffer.from(encode(oid(type))), ...rest);
const extra = hex('0500');

const salt = Buffer.alloc(32, 1);
const iv = Buffer.alloc(16, 2);
const derived = pbkdf2Sync(passphrase, salt, 600_000, 32, 'sha256');
const rounds = Buffer.from(encode(integer(600_000)));
const prf = typed(oids.hmacWithSHA256, extra);
const numbersOf = (...numbers: Uint8Array[]) => typed(oids.pbkdf2, seq(...numbers));
const whole = numbersOf(tlv(4, salt), rounds, prf);
const aes = typed(oids.aes256Cbc, tlv(4, iv));
const pem = (...parts: Uint8Array[]) => pemOf('ENCRYPTED PRIVATE KEY', seq(...parts));
/** A key file that holds these blocks, padded or not. */
function holding(plain: Uint8Array): string {
  const sealing = createCipheriv('aes-256-cbc', derived, iv).setAutoPadding(false);
  const encrypted = Buffer.concat([sealing.update(plain), sealing.final()]);
  return pem(typed(oids.pbes2, seq(whole, aes)), tlv(4, encrypted));
}
/** The key with attributes that make it so many octets more than whole blocks. */
function odd(over: number): Buffer {
  for (let size = 1; ; size++) {
    const attributes = tlv(0xa0, typed('1.2.3.4', tlv(0x31, tlv(4, Buffer.alloc(size, 0x55)))));
    const der = seq(...readDer(pkcs8).children.map((part) => part.der), attributes);
    if (der.length % 16 === over) return der;
  }
}
const padded = (der: Uint8Array, pad: number) => Buffer.concat([der, Buffer.alloc(pad, pad)]);

test('a padding of 1 to 16 octets is taken off, and any other is damage', async () => {
  for (const [over, pad] of [
    [15, 1],
    [14, 2],
    [0, 16],
  ] as const) {
    const opened = await decryptKey(holding(padded(odd(over), pad)), passphrase);
    assert.deepEqual(spki(createPublicKey(opened)), Buffer.from(spkiDer), `${pad}`);
  }
  const damaged = [
    Buffer.concat([odd(15), hex('00')]),
    Buffer.concat([odd(15), hex('11')]),
    Buffer.concat([odd(14), hex('0102')]),
    padded(odd(15), 17),
  ];
  for (const plain of damaged) await assert.rejects(decryptKey(holding(plain), passphrase), withCode('ca.damaged'));
  for (const start of ['3003020101', '3003020200', '3003030100', '3103020100', '30820003020101', ''])
    await assert.rejects(
      decryptKey(holding(padded(hex(start), 16 - hex(start).length)), passphrase),
      withCode('ca.wrongPassphrase'),
      start,
    );
});

test('a file of another structure is damaged, and no passphrase is tried on it', async () => {
  const block = tlv(4, Buffer.alloc(16));
  const scheme = (...parts: Uint8Array[]) => pem(typed(oids.pbes2, seq(...parts)), block);
  const files: Record<string, string> = {
    'a third part': pem(typed(oids.pbes2, seq(whole, aes)), block, extra),
    'a third part of the scheme': pem(typed(oids.pbes2, seq(whole, aes), extra), block),
    'a third part of its parameters': scheme(whole, aes, extra),
    'a third part of the derivation': scheme(typed(oids.pbkdf2, seq(tlv(4, salt), rounds, prf), extra), aes),
    'a key length': scheme(numbersOf(tlv(4, salt), rounds, hex('020120'), prf), aes),
    'no hash': scheme(numbersOf(tlv(4, salt), rounds), aes),
    'another hash': scheme(numbersOf(tlv(4, salt), rounds, typed('1.2.840.113549.2.7', extra)), aes),
    'a hash without parameters': scheme(numbersOf(tlv(4, salt), rounds, typed(oids.hmacWithSHA256)), aes),
    'another cipher': scheme(whole, typed('2.16.840.1.101.3.4.1.2', tlv(4, iv))),
    'another scheme': pem(typed('1.2.3.4', seq(whole, aes)), block),
    'another derivation': scheme(typed('1.2.3.4', seq(tlv(4, salt), rounds, prf)), aes),
    'an iv of 15 octets': scheme(whole, typed(oids.aes256Cbc, tlv(4, iv.subarray(1)))),
    'an iv of 17 octets': scheme(whole, typed(oids.aes256Cbc, tlv(4, iv, hex('00')))),
    'half a block': pem(typed(oids.pbes2, seq(whole, aes)), tlv(4, Buffer.alloc(24))),
    'one octet over': pem(typed(oids.pbes2, seq(whole, aes)), tlv(4, Buffer.alloc(17))),
    'a salt that is a number': scheme(numbersOf(rounds, rounds, prf), aes),
  };
  for (const [what, file] of Object.entries(files))
    await assert.rejects(decryptKey(file, passphrase), withCode('ca.damaged'), what);
});

test('the core of a key gives the key again, and nothing else does', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  for (const pair of [{ privateKey, publicKey }, rsa, generateKeyPairSync('ec', { namedCurve: 'P-384' })]) {
    const again = keyFromCore(coreOf(pair.privateKey));
    assert.deepEqual(spki(createPublicKey(again)), spki(pair.publicKey));
    // The exponent d may be another one that does the same (RFC 8017 §3.2).
    const numbers = (key: typeof privateKey) => ({ ...key.export({ format: 'jwk' }), d: undefined });
    assert.deepEqual(numbers(again), numbers(pair.privateKey));
    const text = Buffer.from('text');
    assert.ok(verify('sha256', text, pair.publicKey, sign('sha256', text, again)));
  }
  const core = (...numbers: number[]) => encode(sequence(...numbers.map(integer)));
  const [curve, scalar] = readDer(coreOf(privateKey)).children.map(({ der }) => der) as [Uint8Array, Uint8Array];
  for (const bad of [
    core(),
    core(1),
    core(3, 7),
    core(3, 7, 11, 13),
    seq(curve),
    seq(scalar, curve),
    seq(curve, scalar, scalar),
    core(2, 7, 11),
    core(3, 0, 5),
    core(3, 1, 1),
  ])
    assert.throws(() => keyFromCore(bad), Error, Buffer.from(bad).toString('hex'));
  assert.throws(() => keyFromCore(core(3, 7, 11, 13)), /key has 4 parts/);
  assert.throws(() => keyFromCore(core(2, 7, 11)), /no inverse/);
  assert.throws(() => keyFromCore(core(3, 1, 2)), /no modulus/);
  assert.throws(() => coreOf(generateKeyPairSync('ed25519').privateKey), withCode('ca.unfit'));
});

test('a split has 2 to 16 shares, and the numbers in a share fit each other', async () => {
  for (const [shares, threshold] of [
    [2, 2],
    [16, 2],
    [16, 16],
  ] as const) {
    const texts = await splitKey(privateKey, { shares, threshold });
    assert.equal(texts.length, shares);
    assert.deepEqual(
      texts.map((text) => shareFacts(text).index),
      texts.map((_, at) => at + 1),
    );
    const joined = await joinShares(texts.slice(-threshold));
    assert.deepEqual(spki(createPublicKey(joined)), Buffer.from(spkiDer));
  }
  for (const [shares, threshold] of [
    [1, 1],
    [2, 1],
    [17, 2],
    [3, 4],
    [2.5, 2],
  ] as const)
    await assert.rejects(
      splitKey(privateKey, { shares, threshold }),
      withCode('call.badParams'),
      `${threshold} of ${shares}`,
    );
});

test('a key in memory signs until it is closed, and tells its listeners once', async () => {
  for (const pair of [{ privateKey, publicKey }, generateKeyPairSync('ec', { namedCurve: 'P-384' })]) {
    const key = softwareKey(pair.privateKey);
    const told: string[] = [];
    key.onState(() => told.push(`one: ${key.state()}`));
    const stop = key.onState(() => told.push('stopped'));
    key.onState(() => told.push('two'));
    stop();
    const text = Buffer.from('text');
    assert.ok(verify('sha256', text, pair.publicKey, await key.sign('ecdsa-with-SHA256', text)));
    assert.deepEqual([key.state(), ...told], ['ready']);
    key.close();
    key.close();
    assert.deepEqual(told, ['one: closed', 'two']);
    await assert.rejects(key.sign('ecdsa-with-SHA256', text), withCode('ca.locked'));
  }
  const edwards = softwareKey(generateKeyPairSync('ed25519').privateKey);
  await assert.rejects(edwards.sign('ecdsa-with-SHA256', Buffer.from('text')), withCode('ca.signFailed'));
});

test('the key of a preview is made once for each type', async () => {
  const [one, again, other] = [await sampleKey('P-256'), await sampleKey('P-256'), await sampleKey('P-384')];
  assert.equal(one.keyType, 'P-256');
  assert.equal(again.spkiSha256, one.spkiSha256);
  assert.equal(other.keyType, 'P-384');
});

test('a key is proved by its own certificate only', async () => {
  const names = { commonName: 'A Root', organisation: 'O', practice: false };
  const key = softwareKey(privateKey);
  const root = await makeRootCertificate({ ...names, years: 1, key, now });
  await proveKey(key, root);
  const other = softwareKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
  await assert.rejects(proveKey(other, root), withCode('ca.unfit'));
  await assert.rejects(proveKey({ ...other, spkiDer }, root), withCode('ca.damaged'), 'it signs as another');
  // The certificate that the key signed itself is all there is.
  const alone = chainFrom([root], { leafSpkiDer: spkiDer, now });
  assert.deepEqual(
    alone.map(({ certificateDer }) => Buffer.from(certificateDer)),
    [Buffer.from(root)],
  );
});
