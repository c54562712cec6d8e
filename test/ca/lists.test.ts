/** CRLs byte by byte and of every length, and the largest request that is read. */
import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { encode, octetString } from '../../app/ca/asn1/der.ts';
import { readOne } from '../../app/ca/asn1/reader.ts';
import { issuerFrom, makeRootCertificate, parseCsr, pemOf, softwareKey } from '../../app/ca/index.ts';
import { assembleCrl, buildCrl, isCrlOf, verifyCrl } from '../../app/ca/x509/crl.ts';
import type { CrlReservation } from '../../app/contract/issuance.ts';
import { makeCsr, nameOf, now, tlv } from './support.ts';

const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(' ', ''), 'hex');
const digits = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const names = { commonName: 'Line 4 Root CA', organisation: 'O', practice: false };
const rootDer = await makeRootCertificate({ ...names, years: 5, key: softwareKey(pair.privateKey), now });
const issuer = issuerFrom(rootDer);

test('an entry of a CRL says its reason, and no reason in particular by saying none', () => {
  const reasons = {
    unspecified: 0,
    keyCompromise: 1,
    cACompromise: 2,
    affiliationChanged: 3,
    superseded: 4,
    cessationOfOperation: 5,
    privilegeWithdrawn: 9,
  } as const;
  const crl = (revoked: Parameters<typeof buildCrl>[0]['revoked']) =>
    buildCrl({ issuer, number: 7, revoked, now, validMs: 60_000 });
  const parts = (tbsDer: Uint8Array) => readOne(tbsDer).children;
  for (const [reason, code] of Object.entries(reasons) as [keyof typeof reasons, number][]) {
    const { tbsDer, entries } = crl([{ serialHex: '80aa', reason, revokedAt: '2030-01-02T03:04:05.678Z' }]);
    const [entry] = parts(tbsDer)[5]!.children;
    const plain = '0203 0080aa 170d 3330303130323033303430355a';
    const why = code === 0 ? '' : `300c 300a 0603551d15 0403 0a01 0${code}`;
    assert.deepEqual(Buffer.from(entry!.der), tlv(0x30, hex(plain + why)), reason);
    assert.equal(entries, 1);
  }
  const none = crl([]);
  assert.equal(parts(none.tbsDer).length, 6, 'no list, not an empty one');
  assert.equal(parts(none.tbsDer)[5]!.tag, 0xa0);
  assert.equal(Date.parse(none.nextUpdateAt) - Date.parse(none.thisUpdateAt), 60_000);
});

test('a CRL of any length is DER, and its parts are verified one by one', () => {
  for (const size of [127, 128, 129, 255, 256, 257, 65_535, 65_536, 65_537]) {
    const signature = sign('sha256', hex('00'), pair.privateKey);
    const rest = 12 + 2 + 1 + signature.length;
    const body = size - rest;
    const header = body - 2 < 0x80 ? 2 : body - 3 < 0x100 ? 3 : 4;
    const tbsDer = tlv(4, Buffer.alloc(body - header));
    const crl = assembleCrl(tbsDer, 'ecdsa-with-SHA256', signature);
    assert.equal(readOne(crl).content.length, size, `${size}`);
  }
  const { tbsDer } = buildCrl({ issuer, number: 7, revoked: [], now, validMs: 60_000 });
  const reservation = { tbsDer } as unknown as CrlReservation;
  const signature = sign('sha256', tbsDer, pair.privateKey);
  const good = assembleCrl(tbsDer, 'ecdsa-with-SHA256', signature);
  verifyCrl(good, reservation, issuer);
  const parts = readOne(good).children.map(({ der }) => der) as [Uint8Array, Uint8Array, Uint8Array];
  const refused = (der: Uint8Array, why: RegExp, reserved = reservation) =>
    assert.throws(
      () => verifyCrl(der, reserved, issuer),
      (error: { code: string; detail: string }) => {
        assert.equal(error.code, 'ca.mismatch');
        assert.match(error.detail, why);
        return true;
      },
    );
  for (let count = 0; count < 3; count++) refused(tlv(0x30, ...parts.slice(0, count)), /unreadable/);
  refused(tlv(0x30, ...parts, hex('0500')), /unreadable/);
  refused(good, /other bytes/, { tbsDer: hex('3000') } as unknown as CrlReservation);
  refused(tlv(0x30, parts[0], hex('300a06082a8648ce3d040303'), parts[2]), /another algorithm/);
  refused(assembleCrl(tbsDer, 'ecdsa-with-SHA256', sign('sha256', hex('00'), pair.privateKey)), /does not verify/);

  const [version, algorithm, name, from, to] = readOne(tbsDer).children.map(({ der }) => der) as Uint8Array[] & {
    length: 6;
  };
  const isOne = (...all: (Uint8Array | undefined)[]) =>
    isCrlOf(tlv(0x30, ...all.map((one) => one!)), issuer.subjectDer);
  const late = tlv(0x18, Buffer.from('20500101000000Z'));
  assert.ok(isCrlOf(tbsDer, issuer.subjectDer) && isOne(version, algorithm, name, late, late));
  assert.equal(isOne(hex('020100'), algorithm, name, from, to), false, 'version 1');
  assert.equal(isOne(hex('040101'), algorithm, name, from, to), false, 'no INTEGER');
  assert.equal(isOne(version, algorithm, nameOf('Another'), from, to), false);
  assert.equal(isOne(version, algorithm, name, octets, to), false);
  assert.equal(isOne(version, algorithm, name, from, octets), false);
  for (let count = 0; count < 5; count++)
    assert.equal(isOne(...[version, algorithm, name, from, to].slice(0, count)), false, `${count}`);
  assert.equal(digits(algorithm!), '300a06082a8648ce3d040302');
});
const octets = encode(octetString(hex('00')));

test('a request of 8,192 bytes is read, and a text of twice as many; of one more neither is', () => {
  const key = pair.privateKey;
  const sized = (size: number) => {
    // The length of an ECDSA signature varies, so fillings around the right one are tried until the size comes out.
    for (let tries = 0; tries < 2000; tries++) {
      const attributes = tlv(0x30, hex('06032a0304'), tlv(0x31, tlv(4, Buffer.alloc(size - 250 + (tries % 60)))));
      const { csrDer } = makeCsr('SN-1', { key, attributes });
      if (csrDer.length === size) return csrDer;
    }
    return assert.fail(`no request of ${size} bytes`);
  };
  const [fits, over] = [sized(8192), sized(8193)];
  assert.equal(parseCsr(fits).subject.commonName, 'SN-1');
  const oversize = { data: { reason: 'oversize' } };
  assert.throws(() => parseCsr(over), oversize);
  assert.equal(parseCsr(Buffer.from(Buffer.from(fits).toString('base64'))).der.length, 8192);
  assert.throws(() => parseCsr(Buffer.from(Buffer.from(over).toString('base64'))), oversize);
  const { csrDer } = makeCsr('SN-1', { key });
  const pem = pemOf('CERTIFICATE REQUEST', csrDer);
  assert.equal(parseCsr(Buffer.from(pem.padStart(16_384, 'a'))).subject.commonName, 'SN-1');
  assert.throws(() => parseCsr(Buffer.from(pem.padStart(16_385, 'a'))), oversize);
  const [base64, url] = [Buffer.from(csrDer).toString('base64'), Buffer.from(csrDer).toString('base64url')];
  for (const text of [base64, url, url.padEnd(Math.ceil(url.length / 4) * 4, '='), `\n ${base64}\t\r\n`])
    assert.equal(parseCsr(Buffer.from(text)).subject.commonName, 'SN-1', text);
  for (const text of ['', ' ', `${base64}=`, `${url}.`, `=${url}`, base64.slice(0, -3)])
    assert.throws(() => parseCsr(Buffer.from(text)), { data: { reason: 'notDer' } }, text);
  assert.equal(
    createPublicKey({ key: pemOf('PUBLIC KEY', parseCsr(csrDer).spkiDer), format: 'pem' }).asymmetricKeyType,
    'ec',
  );
});
