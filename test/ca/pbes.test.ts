/** Encryption by passphrase: each cipher and hash that is read, at the boundaries of its numbers, with few rounds. */
import assert from 'node:assert/strict';
import { createCipheriv, scryptSync } from 'node:crypto';
import { test } from 'node:test';
import forge from 'node-forge';
import { integer } from '../../app/ca/asn1/der.ts';
import { oids } from '../../app/ca/asn1/oids.ts';
import { newBudget } from '../../app/ca/keyfiles/fault.ts';
import { bmpOf, deriveP12, purposes } from '../../app/ca/keyfiles/p12kdf.ts';
import {
  aes,
  bag,
  bytesOf,
  certBag,
  file,
  macOf,
  old,
  one,
  outcome,
  pbes2,
  pkcs8,
  salt,
  seq,
  shrouded,
  typed,
  withMac,
} from './p12frame.ts';
import { hex, passphrase, tlv } from './support.ts';

test('PBES2 with each cipher and hash, and nothing that does not belong to it', async () => {
  const read = '1 keys, 0 certificates';
  const ciphers = [
    aes,
    { oid: '2.16.840.1.101.3.4.1.2', name: 'aes-128-cbc', key: 16, block: 16 },
    { oid: '2.16.840.1.101.3.4.1.22', name: 'aes-192-cbc', key: 24, block: 16 },
    { oid: '1.2.840.113549.3.7', name: 'des-ede3-cbc', key: 24, block: 8 },
  ];
  for (const cipher of ciphers) {
    assert.equal(await outcome(shrouded(...pbes2({ cipher }))), read, cipher.name);
    const stated = (key: number) => outcome(shrouded(...pbes2({ cipher, length: [tlv(2, Buffer.of(key))] })));
    assert.equal(await stated(cipher.key), read);
    for (const wrong of [cipher.key - 1, cipher.key + 1]) assert.match(await stated(wrong), /key length/);
    for (const size of [cipher.block - 1, cipher.block + 1, 0])
      assert.match(await outcome(shrouded(...pbes2({ cipher, iv: Buffer.alloc(size) }))), /iv that is not one block/);
  }
  for (const [last, hash] of [
    ['7', 'sha1'],
    ['8', 'sha224'],
    ['9', 'sha256'],
    ['10', 'sha384'],
    ['11', 'sha512'],
  ] as const) {
    const prf = [typed(`1.2.840.113549.2.${last}`, hex('0500'))];
    assert.equal(await outcome(shrouded(...pbes2({ hash, prf, length: [hex('020120')] }))), read, hash);
    assert.equal(await outcome(shrouded(...pbes2({ hash, prf: [typed(`1.2.840.113549.2.${last}`)] }))), read, hash);
  }
  const long = typed('1.2.840.113549.2.9', hex('0500'), hex('0500'));
  assert.match(await outcome(shrouded(...pbes2({ hash: 'sha256', prf: [long] }))), /prf has 3 parts/);
  assert.equal(await outcome(shrouded(...pbes2({ prf: [typed('1.2.840.113549.2.5')] }))), 'unsupported');
  assert.equal(await outcome(shrouded(...pbes2({ cipher: { ...aes, oid: '1.2.3.4' } }))), 'unsupported');
  assert.match(
    await outcome(shrouded(...pbes2({ prf: [hex('0500'), hex('0500'), hex('0500')] }))),
    /PBKDF2-params has 5 parts/,
  );
  assert.match(await outcome(shrouded(...pbes2({ rounds: hex('020100') }))), /zero rounds/);
  const [scheme, encrypted] = pbes2();
  assert.match(await outcome(shrouded(scheme, encrypted, hex('0500'))), /EncryptedPrivateKeyInfo has 3 parts/);
  assert.match(await outcome(shrouded(scheme)), /EncryptedPrivateKeyInfo has 1 parts/);
  assert.match(await outcome(shrouded(seq(scheme.subarray(2), hex('0500')), encrypted)), /encryption algorithm|type/);
  assert.equal(await outcome(shrouded(scheme, tlv(4, Buffer.alloc(16)))), 'ca.wrongPassphrase', 'the padding is wrong');
  assert.equal(await outcome(shrouded(...pbes2({ plain: hex('0500') }))), 'ca.wrongPassphrase', 'it holds no key');
  for (const [digits, what] of [
    ['020100', read],
    ['020101', read],
    ['020102', 'ca.wrongPassphrase'],
  ] as const)
    assert.equal(
      await outcome(shrouded(...pbes2({ plain: seq(hex(digits), hex('3000'), hex('0400')) }))),
      what,
      digits,
    );
});

test('scrypt within its bounds', async () => {
  const scrypt = (numbers: number[], more: Uint8Array[] = []) => {
    const [N = 2, r = 1, p = 1] = numbers;
    const key =
      N >= 2 && (N & (N - 1)) === 0 && r > 0 && p > 0 && 128 * N * r < 2 ** 24
        ? scryptSync(passphrase, salt, 32, { N, r, p })
        : Buffer.alloc(32);
    const sealing = createCipheriv('aes-256-cbc', key, Buffer.alloc(16));
    const encrypted = Buffer.concat([sealing.update(pkcs8), sealing.final()]);
    const derivation = typed(
      '1.3.6.1.4.1.11591.4.11',
      seq(tlv(4, salt), ...numbers.map((value) => bytesOf(integer(value))), ...more),
    );
    const scheme = typed(oids.pbes2, seq(derivation, typed(oids.aes256Cbc, tlv(4, Buffer.alloc(16)))));
    return outcome(shrouded(scheme, tlv(4, encrypted)));
  };
  const read = '1 keys, 0 certificates';
  for (const numbers of [
    [2, 1, 1],
    [16, 2, 3],
    [1024, 8, 1],
  ])
    assert.equal(await scrypt(numbers), read, numbers.join());
  assert.equal(await scrypt([16, 8, 1], [hex('020120')]), read, 'with the length of the key');
  assert.match(await scrypt([16, 8, 1], [hex('020120'), hex('0500')]), /scrypt-params has 6 parts/);
  for (const numbers of [
    [1, 8, 1],
    [3, 8, 1],
    [2 ** 20, 8, 1],
    [6, 1, 1],
  ])
    assert.equal(await scrypt(numbers), 'tooManyRounds', numbers.join());
  for (const numbers of [
    [0, 8, 1],
    [16, 0, 1],
    [16, 8, 0],
  ])
    assert.match(await scrypt(numbers), /zero rounds/, numbers.join());
  assert.match(await scrypt([16, 8]), /scrypt parameter is missing/);
});

test('old ciphers, of keys and of whole parts, in one piece and in several', async () => {
  const read = '1 keys, 0 certificates';
  const pbe = '1.2.840.113549.1.12.1';
  for (const [type, size] of [
    [`${pbe}.3`, 24],
    [`${pbe}.4`, 16],
  ] as const) {
    const [scheme, encrypted] = await old(type, 'des-ede3-cbc', size, pkcs8, passphrase);
    assert.equal(await outcome(shrouded(scheme, tlv(4, encrypted))), read, type);
    assert.equal(await outcome(shrouded(scheme, tlv(4, encrypted)), 'another'), 'ca.wrongPassphrase');
    assert.match(
      await outcome(shrouded(typed(type, seq(tlv(4, salt), hex('020102'), hex('0500'))), tlv(4, encrypted))),
      /pkcs-12PbeParams has 3 parts/,
    );
    assert.match(
      await outcome(shrouded(typed(type, seq(tlv(4, salt))), tlv(4, encrypted))),
      /pkcs-12PbeParams has 1 parts/,
    );
  }
  const [rc2] = await old(`${pbe}.6`, 'des-ede3-cbc', 24, pkcs8, passphrase);
  for (const size of [0, 7, 9, 16])
    assert.equal(await outcome(shrouded(rc2, tlv(4, Buffer.alloc(size)))), 'ca.wrongPassphrase', `${size}`);
  for (const [type, size] of [
    [`${pbe}.5`, 16],
    [`${pbe}.6`, 5],
  ] as const) {
    const from = { hash: 'sha1', password: bmpOf(passphrase), salt, rounds: 2 } as const;
    const [key, iv] = [
      await deriveP12(from, purposes.key, size, newBudget()),
      await deriveP12(from, purposes.iv, 8, newBudget()),
    ];
    const sealing = forge.rc2.createEncryptionCipher(key.toString('latin1'), size * 8);
    sealing.start(iv.toString('latin1'));
    sealing.update(forge.util.createBuffer(pkcs8.toString('latin1')));
    sealing.finish();
    const sealed = Buffer.from(sealing.output.getBytes(), 'latin1');
    const named = typed(type, seq(tlv(4, salt), hex('020102')));
    assert.equal(await outcome(shrouded(named, tlv(4, sealed))), read, type);
    assert.equal(await outcome(shrouded(named, tlv(4, sealed)), 'another'), 'ca.wrongPassphrase', type);
  }
  assert.equal(
    await outcome(shrouded(typed(`${pbe}.1`, seq(tlv(4, salt), hex('020102'))), tlv(4, Buffer.alloc(8)))),
    'unsupported',
    'RC4',
  );

  const [scheme, encrypted] = await old(`${pbe}.3`, 'des-ede3-cbc', 24, seq(certBag, certBag), passphrase);
  const part = (content: Uint8Array, infoMore: Uint8Array[] = [], more: Uint8Array[] = []) =>
    file(
      seq(
        typed(
          oids.encryptedData,
          tlv(0xa0, seq(hex('020100'), typed(oids.data, scheme, content, ...infoMore), ...more)),
        ),
      ),
    );
  const certificates = '0 keys, 2 certificates';
  assert.equal(await outcome(part(tlv(0x80, encrypted))), certificates);
  const pieces = tlv(0xa0, tlv(4, encrypted.subarray(0, 9)), tlv(4, encrypted.subarray(9)));
  assert.equal(await outcome(part(pieces)), certificates, 'in two pieces');
  assert.equal(await outcome(part(tlv(0x80, encrypted), [], [hex('a100')])), certificates, 'with attributes');
  assert.match(await outcome(part(tlv(0x80, encrypted), [], [hex('a100'), hex('0500')])), /EncryptedData has 4 parts/);
  assert.match(await outcome(part(tlv(0x80, encrypted), [hex('0500')])), /EncryptedContentInfo has 4 parts/);
  assert.match(await outcome(part(tlv(0x81, encrypted))), /without content/);
  assert.equal(await outcome(part(tlv(0x80, encrypted)), 'another'), 'ca.wrongPassphrase');
  const [, noBags] = await old(`${pbe}.3`, 'des-ede3-cbc', 24, hex('0500'), passphrase);
  assert.equal(await outcome(part(tlv(0x80, noBags))), 'ca.wrongPassphrase', 'a padding that only looks right');
  const [, many] = await old(
    `${pbe}.3`,
    'des-ede3-cbc',
    24,
    seq(...Array.from({ length: 65 }, () => certBag)),
    passphrase,
  );
  assert.equal(await outcome(part(tlv(0x80, many))), 'ca.wrongPassphrase');
});

test('no passphrase is not the empty one, where a part was encrypted with none', async () => {
  const [scheme, encrypted] = await old('1.2.840.113549.1.12.1.3', 'des-ede3-cbc', 24, pkcs8, undefined);
  const safes = seq(one(bag(oids.shroudedKeyBag, seq(scheme, tlv(4, encrypted)))));
  const digest = await withMac(safes, 'sha256', undefined);
  assert.equal(await outcome(file(safes, macOf(safes, { digest })), ''), '1 keys, 0 certificates');
});
