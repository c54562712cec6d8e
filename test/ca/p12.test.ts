/** PKCS #12 piece by piece: how many parts each structure may have, and what each fault is called. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oids } from '../../app/ca/asn1/oids.ts';
import { readCaFile } from '../../app/ca/keyfiles/read.ts';
import { StationError } from '../../app/contract/errors.ts';
import {
  bag,
  certBag,
  certificate,
  data,
  file,
  keyBag,
  macOf,
  one,
  open,
  outcome,
  pbes2,
  pkcs8,
  privateKey,
  salt,
  seq,
  typed,
  version,
  withMac,
} from './p12frame.ts';
import { hex, passphrase, tlv } from './support.ts';

test('what is not encrypted is read as it stands, and bags of other kinds are passed over', async () => {
  const crls = bag('1.2.840.113549.1.12.10.1.4', hex('3000'));
  const sdsi = bag(oids.certBag, typed('1.2.840.113549.1.9.22.2', tlv(0xa0, hex('160161'))));
  const { keys, certificates } = await open(file(seq(one(certBag, crls, sdsi), one(keyBag))));
  assert.deepEqual(keys, [Buffer.from(pkcs8)]);
  assert.deepEqual(
    certificates.map((der) => Buffer.from(der)),
    [certificate],
  );
  assert.equal(await outcome(file(seq())), '0 keys, 0 certificates');
  const both = [keyBag, bag(oids.keyBag, pkcs8, hex('3100'))];
  assert.equal(await outcome(file(seq(one(...both)))), '2 keys, 0 certificates', 'with attributes and without');
});

test('a structure with a part too many or too few is no PKCS #12', async () => {
  const safes = seq(one(keyBag));
  const extra = hex('0500');
  const rows: [string, Uint8Array, RegExp][] = [
    ['another version', seq(hex('020102'), data(safes)), /another version than 3/],
    ['a fourth part', file(safes, macOf(safes), extra), /PFX has 4 parts/],
    ['no contents', seq(version), /ContentInfo is missing/],
    [
      'a third part of ContentInfo',
      seq(version, typed(oids.data, tlv(0xa0, tlv(4, safes)), extra)),
      /ContentInfo has 3 parts/,
    ],
    ['contents of none', seq(version, typed(oids.data)), /authSafe is missing/],
    ['contents of another tag', seq(version, typed(oids.data, tlv(0xa1, tlv(4, safes)))), /content has tag 0xa1/],
    ['a fourth part of a bag', file(seq(one(bag(oids.keyBag, pkcs8, hex('3100'), extra)))), /SafeBag has 4 parts/],
    ['a bag without a value', file(seq(one(typed(oids.keyBag)))), /bagValue is missing/],
    [
      'a third part of CertBag',
      file(seq(one(bag(oids.certBag, typed(oids.x509Certificate, tlv(0xa0, tlv(4, certificate)), extra))))),
      /CertBag has 3 parts/,
    ],
    ['no certificate in it', file(seq(one(bag(oids.certBag, typed(oids.x509Certificate))))), /CertBag has 1 parts/],
    [
      'a certificate that is no OCTET STRING',
      file(seq(one(bag(oids.certBag, typed(oids.x509Certificate, tlv(0xa0, extra)))))),
      /certificate has tag 0x5/,
    ],
    ['a key that is no SEQUENCE', file(seq(one(bag(oids.keyBag, extra)))), /PrivateKeyInfo has tag 0x5/],
    ['bytes after the end', Buffer.concat([file(safes), extra]), /no BER/],
    ['65 bags', file(seq(one(...Array.from({ length: 65 }, () => certBag)))), /SafeContents has 65 parts/],
    ['65 parts', file(seq(...Array.from({ length: 65 }, () => one(certBag)))), /AuthenticatedSafe has 65 parts/],
    ['a public key', seq(version, typed('1.2.840.113549.1.7.2', tlv(0xa0, hex('3000')))), /unsupported/],
    ['a part for a public key', file(seq(typed('1.2.840.113549.1.7.3', tlv(0xa0, hex('3000'))))), /unsupported/],
  ];
  for (const [what, content, why] of rows) assert.match(await outcome(content), why, what);
  const most = Array.from({ length: 64 }, () => one(certBag));
  assert.equal(await outcome(file(seq(...most))), '0 keys, 64 certificates');
  assert.equal(await outcome(file(seq(one(...Array.from({ length: 64 }, () => certBag))))), '0 keys, 64 certificates');
});

test('the MAC says whether the passphrase fits, with each hash, and with one round where no count is given', async () => {
  const safes = seq(one(keyBag));
  for (const hash of ['sha1', 'sha256', 'sha384', 'sha512'] as const) {
    const digest = await withMac(safes, hash, passphrase);
    assert.equal(await outcome(file(safes, macOf(safes, { hash, digest }))), '1 keys, 0 certificates', hash);
    assert.equal(
      await outcome(file(safes, macOf(safes, { hash, digest, rounds: [hex('020101')] }))),
      '1 keys, 0 certificates',
    );
    assert.equal(
      await outcome(file(safes, macOf(safes, { hash, digest, rounds: [hex('020102')] }))),
      'ca.wrongPassphrase',
    );
    assert.equal(await outcome(file(safes, macOf(safes, { hash, digest })), 'another'), 'ca.wrongPassphrase');
    assert.equal(await outcome(file(safes, macOf(safes, { hash, digest: digest.subarray(1) }))), 'ca.wrongPassphrase');
  }
  const digest = await withMac(safes, 'sha256', passphrase, 3);
  assert.equal(await outcome(file(safes, macOf(safes, { digest, rounds: [hex('020103')] }))), '1 keys, 0 certificates');
  for (const word of ['', undefined]) {
    const empty = await withMac(safes, 'sha256', word);
    assert.equal(await outcome(file(safes, macOf(safes, { digest: empty })), ''), '1 keys, 0 certificates', `${word}`);
    assert.equal(await outcome(file(safes, macOf(safes, { digest: empty })), passphrase), 'ca.wrongPassphrase');
  }
  const known = await withMac(safes, 'sha256', passphrase);
  const bare = typed(oids.sha256);
  assert.equal(await outcome(file(safes, macOf(safes, { digest: known, algorithm: bare }))), '1 keys, 0 certificates');
  const three = typed(oids.sha256, hex('0500'), hex('0500'));
  assert.match(
    await outcome(file(safes, macOf(safes, { digest: known, algorithm: three }))),
    /MAC algorithm has 3 parts/,
  );
  assert.match(
    await outcome(file(safes, macOf(safes, { rounds: [hex('020101'), hex('0500')] }))),
    /MacData has 4 parts/,
  );
  assert.match(
    await outcome(file(safes, seq(seq(bare, tlv(4, known), hex('0500')), tlv(4, salt)))),
    /DigestInfo has 3 parts/,
  );
  assert.equal(
    await outcome(file(safes, macOf(safes, { algorithm: typed('1.2.840.113549.2.5') }))),
    'unsupported',
    'MD5',
  );
  assert.equal(await outcome(file(safes, macOf(safes, { rounds: [hex('020100')] }))), 'unreadable', 'no round');
});

test('32 levels of BER are read and 33 are not', async () => {
  const nested = (levels: number) => Array.from({ length: levels }).reduce<Buffer>((inner) => seq(inner), hex('0500'));
  const within = (levels: number) => outcome(seq(version, nested(levels)));
  assert.match(await within(30), /type has tag 0x30/);
  assert.match(await within(31), /no BER/);
});

test('a key in DER is known by its first parts, and a length in any form is no obstacle', async () => {
  const reasonOf = async (content: Uint8Array) => {
    try {
      await readCaFile(content, passphrase);
      return 'read';
    } catch (error) {
      assert.ok(error instanceof StationError, String(error));
      return String(error.data?.reason ?? error.code);
    }
  };
  const sec1 = privateKey.export({ type: 'sec1', format: 'der' });
  for (const form of [pkcs8, sec1, file(seq(one(keyBag))), seq(...pbes2())]) assert.equal(await reasonOf(form), 'read');
  const [first, ...rest] = [hex('020100'), hex('3000'), hex('0400')];
  assert.equal(await reasonOf(seq(hex('020102'), ...rest)), 'noKey', 'version 2');
  assert.equal(await reasonOf(seq(first!, hex('0400'))), 'noKey', 'an OCTET STRING after version 0');
  assert.equal(await reasonOf(seq(hex('020101'), hex('020101'))), 'noKey', 'a number after version 1');
  assert.equal(await reasonOf(seq(first!)), 'noKey');
  assert.equal(await reasonOf(seq(first!, ...rest)), 'unreadable', 'in the form of PKCS #8');
  assert.equal(await reasonOf(seq(hex('020101'), hex('0400'))), 'unreadable', 'in the form of SEC 1');
  assert.equal(await reasonOf(seq(first!, hex('020101'))), 'unreadable', 'in the form of PKCS #1');
  assert.equal(await reasonOf(seq(hex('3000'), hex('3000'))), 'noKey');
  // A version of 3 makes it PKCS #12, after a length of one octet, two or three.
  for (const start of [
    '3003020103',
    `308183020103${'00'.repeat(128)}`,
    `30820103020103${'00'.repeat(256)}`,
    '3080020103',
  ])
    assert.equal(await reasonOf(hex(start)), 'unreadable', start);
  assert.equal(await reasonOf(seq()), 'noKey');
  assert.equal(await reasonOf(file(seq(one(keyBag, keyBag)))), 'severalKeys');
  assert.equal(await reasonOf(file(seq(one(certBag)))), 'noKey');
  const limit = Buffer.alloc(300_000, 0x20);
  assert.equal(await reasonOf(limit), 'unreadable');
  assert.equal(await reasonOf(Buffer.concat([limit, hex('20')])), 'tooLarge');
});
