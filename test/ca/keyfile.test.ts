/** The key at rest, judged by OpenSSL. */
import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { encode, integer, raw, readDer, sequence } from '../../app/ca/asn1/der.ts';
import { derOf, pemOf } from '../../app/ca/asn1/pem.ts';
import { decryptKey, encryptKey } from '../../app/ca/index.ts';
import { needTools, openssl, passphrase, scratch, withCode } from './support.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const label = 'ENCRYPTED PRIVATE KEY';
const pem = await encryptKey(privateKey, passphrase);
const publicOf = (key: typeof privateKey) => createPublicKey(key).export({ type: 'spki', format: 'pem' });

test('OpenSSL opens the file with the passphrase, and finds the rounds and ciphers promised', (t) => {
  if (!needTools(t, 'openssl')) return;
  const file = scratch(t);
  const pass = `file:${file('pass', `${passphrase}\n`)}`;
  const opened = openssl(['pkey', '-in', file('key', pem), '-passin', pass, '-pubout']);
  assert.equal(opened.output, publicOf(privateKey));
  const { output } = openssl(['asn1parse', '-in', file('key')]);
  assert.match(output, /PBES2.*PBKDF2.*INTEGER\s+:0927C0.*hmacWithSHA256.*aes-256-cbc/s);
  const wrong = `file:${file('wrong', 'wrong horse battery\n')}`;
  assert.equal(openssl(['pkey', '-in', file('key'), '-passin', wrong, '-pubout']).ok, false);
});

test('the passphrase opens it again, in either Unicode form; a wrong one is told as wrong', async () => {
  assert.equal(publicOf(await decryptKey(pem, passphrase)), publicOf(privateKey));
  await assert.rejects(decryptKey(pem, `${passphrase}!`), withCode('ca.wrongPassphrase'));
  await assert.rejects(decryptKey(pem, ''), withCode('ca.wrongPassphrase'));
  const accented = await encryptKey(privateKey, 'Stra\u00dfe \u00e9t\u00e9 2030');
  assert.equal(publicOf(await decryptKey(accented, 'Stra\u00dfe e\u0301te\u0301 2030')), publicOf(privateKey));
});

test('RSA keys are kept as well', async () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  assert.equal(publicOf(await decryptKey(await encryptKey(rsa, passphrase), passphrase)), publicOf(rsa));
});

test('no two files of the same key are alike, and none holds the key in the clear', async () => {
  const again = await encryptKey(privateKey, passphrase);
  const [one, two] = [derOf(pem, label), derOf(again, label)];
  assert.notDeepEqual(one, two);
  const secret = Buffer.from(
    createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' })).export({ format: 'jwk' }).d!,
    'base64url',
  );
  assert.equal(Buffer.from(one).indexOf(secret), -1);
});

test('a passphrase of fewer than 12 characters is refused', async () => {
  await assert.rejects(encryptKey(privateKey, 'eleven char'), withCode('ca.weakPassphrase'));
  await assert.rejects(encryptKey(privateKey, '🔑'.repeat(11)), withCode('ca.weakPassphrase'));
  await encryptKey(privateKey, 'twelve chars');
});

test('a damaged file is told as damaged before a passphrase is wasted on it', async () => {
  const der = derOf(pem, label);
  const damagedFiles = {
    empty: '',
    cut: pem.slice(0, 100),
    'no PEM': 'hello',
    'cut DER': pemOf(label, der.subarray(0, -1)),
    'a plain key': String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    'a last block overwritten': pemOf(
      label,
      Uint8Array.from(der, (octet, i) => (i >= der.length - 16 ? octet ^ 0x55 : octet)),
    ),
  };
  for (const [what, file] of Object.entries(damagedFiles)) {
    await assert.rejects(decryptKey(file, passphrase), withCode('ca.damaged'), what);
  }
});

test('a file with fewer rounds, or absurdly many, is not opened', async (t) => {
  const der = Buffer.from(derOf(pem, label));
  const at = der.indexOf(Buffer.from('02030927c0', 'hex'));
  assert.ok(at > 0);
  const fewer = Buffer.from(der);
  fewer.write('0927bf', at + 2, 'hex');
  await assert.rejects(decryptKey(pemOf(label, fewer), passphrase), withCode('ca.damaged'));
  const [scheme, data] = readDer(der).children;
  const [pbes2, parameters] = scheme!.children;
  const [derivation, cipher] = parameters!.children;
  const [pbkdf2, numbers] = derivation!.children;
  const [salt, , prf] = numbers!.children;
  const asking = (count: number) => {
    const rounds = sequence(raw(salt!.der), integer(count), raw(prf!.der));
    const again = sequence(sequence(raw(pbkdf2!.der), rounds), raw(cipher!.der));
    return pemOf(label, encode(sequence(sequence(raw(pbes2!.der), again), raw(data!.der))));
  };
  assert.equal(asking(600_000), pem, 'but for the rounds it is the same file');
  // The derivation would run for seconds and end as a wrong passphrase.
  await assert.rejects(decryptKey(asking(20_000_001), passphrase), withCode('ca.damaged'));
  if (!needTools(t, 'openssl')) return;
  const file = scratch(t);
  const [plain, pass] = [file('plain', privateKey.export({ type: 'pkcs8', format: 'pem' })), file('pass', passphrase)];
  const usual = openssl(['pkcs8', '-topk8', '-v2', 'aes-256-cbc', '-in', plain, '-passout', `file:${pass}`]);
  await assert.rejects(decryptKey(usual.output, passphrase), withCode('ca.damaged'));
});
