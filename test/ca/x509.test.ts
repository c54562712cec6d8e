/** Algorithms, alternative names and the parts of a certificate, byte by byte and at their boundaries. */
import assert from 'node:assert/strict';
import { constants, createHash, generateKeyPairSync, sign, verify } from 'node:crypto';
import { test } from 'node:test';
import { encode, raw, readDer, sequence } from '../../app/ca/asn1/der.ts';
import { DerError } from '../../app/ca/asn1/node.ts';
import { issuerFrom, makeRootCertificate, softwareKey } from '../../app/ca/index.ts';
import { algorithmFor } from '../../app/ca/keys/publickey.ts';
import {
  digestInfo,
  ecdsaDer,
  encodeAlgorithm,
  keyFor,
  readAlgorithm,
  readCertificateAlgorithm,
  type SignatureAlgorithm,
  verifies,
} from '../../app/ca/x509/algorithm.ts';
import { altNameProblem, generalName, readGeneralName } from '../../app/ca/x509/altname.ts';
import { assemble, readIssued, verifyIssued } from '../../app/ca/x509/assemble.ts';
import { extensionOf, readInnerAlgorithm, readTbs } from '../../app/ca/x509/certificate.ts';
import { keyUsage } from '../../app/ca/x509/extension.ts';
import { encodeTbs, newSerial } from '../../app/ca/x509/tbs.ts';
import type { Reservation } from '../../app/contract/issuance.ts';
import { nameOf, now, tlv } from './support.ts';

const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(' ', ''), 'hex');
const digits = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsaPair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const names = { commonName: 'Line 4 Root CA', organisation: 'O', practice: false };
const rootDer = await makeRootCertificate({ ...names, years: 5, key: softwareKey(pair.privateKey), now });
const issuer = issuerFrom(rootDer);
const spkiDer = new Uint8Array(pair.publicKey.export({ type: 'spki', format: 'der' }));

/** RFC 4055 §3.1 and RFC 5758 §3.2, as other tools write them. */
const pss = (hash: string, salt: string) =>
  `304106092a864886f70d01010a3034a00f300d06096086480165030402${hash}0500a11c301a06092a864886f70d010108300d06096086480165030402${hash}0500a2030201${salt}`;
const algorithms: Record<SignatureAlgorithm, string> = {
  'ecdsa-with-SHA256': '300a06082a8648ce3d040302',
  'ecdsa-with-SHA384': '300a06082a8648ce3d040303',
  'ecdsa-with-SHA512': '300a06082a8648ce3d040304',
  sha256WithRSAEncryption: '300d06092a864886f70d01010b0500',
  sha384WithRSAEncryption: '300d06092a864886f70d01010c0500',
  sha512WithRSAEncryption: '300d06092a864886f70d01010d0500',
  'rsassaPss-SHA256': pss('01', '20'),
  'rsassaPss-SHA384': pss('02', '30'),
  'rsassaPss-SHA512': pss('03', '40'),
};

test('each algorithm is written and read as its standard has it', () => {
  for (const [name, der] of Object.entries(algorithms) as [SignatureAlgorithm, string][]) {
    assert.equal(digits(encode(encodeAlgorithm(name))), der, name);
    const facts = readCertificateAlgorithm(readDer(hex(der)));
    assert.deepEqual([facts.algorithm, facts.parameters], [name, 'asStandard'], name);
    const inRequest = readAlgorithm(readDer(hex(der)));
    assert.equal(inRequest.algorithm, name.startsWith('rsassaPss') ? undefined : name, 'no request is signed with PSS');
  }
  const others: [string, string | undefined, string][] = [
    [pss('01', '21'), undefined, 'other'],
    ['300b06092a864886f70d01010a', undefined, 'other'],
    ['300906072a8648ce3d0401', undefined, 'other'],
    ['300c06082a8648ce3d0403020500', 'ecdsa-with-SHA256', 'null'],
    ['300d06082a8648ce3d040302020100', 'ecdsa-with-SHA256', 'other'],
    ['300b06092a864886f70d01010b', 'sha256WithRSAEncryption', 'absent'],
    ['300d06092a864886f70d01010b3000', 'sha256WithRSAEncryption', 'other'],
  ];
  for (const [der, algorithm, parameters] of others) {
    const facts = readCertificateAlgorithm(readDer(hex(der)));
    assert.deepEqual([facts.algorithm, facts.parameters], [algorithm, parameters], der);
  }
  for (const der of ['300e06082a8648ce3d04030205000500', '3000', '30020500', '0500'])
    assert.throws(() => readAlgorithm(readDer(hex(der))), DerError, der);
  assert.throws(() => readCertificateAlgorithm(undefined), DerError);
});

test('a CA signs with a hash as strong as its key', () => {
  const wanted = { 'P-256': 'ecdsa-with-SHA256', 'P-384': 'ecdsa-with-SHA384', 'P-521': 'ecdsa-with-SHA512' } as const;
  for (const curve of ['P-256', 'P-384', 'P-521'] as const) assert.equal(algorithmFor(curve), wanted[curve]);
  for (const size of [2048, 4096]) assert.equal(algorithmFor(`RSA-${size}`), 'sha256WithRSAEncryption');
});

test('a signature is checked with the padding and the hash of its algorithm, and nonsense is none', () => {
  const data = Buffer.from('data');
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  for (const [name, hash, saltLength] of [
    ['rsassaPss-SHA256', 'sha256', 32],
    ['rsassaPss-SHA384', 'sha384', 48],
    ['rsassaPss-SHA512', 'sha512', 64],
  ] as const) {
    const signature = sign(hash, data, keyFor(name, rsaPair.privateKey));
    assert.ok(verify(hash, data, { key: rsaPair.publicKey, padding, saltLength }, signature), name);
    assert.equal(verifies(name, data, rsaPair.publicKey, signature), true);
    assert.equal(verifies('sha256WithRSAEncryption', data, rsaPair.publicKey, signature), false);
  }
  const plain = sign('sha256', data, pair.privateKey);
  assert.equal(keyFor('ecdsa-with-SHA256', pair.publicKey), pair.publicKey);
  assert.equal(verifies('ecdsa-with-SHA256', data, pair.publicKey, plain), true);
  assert.equal(verifies('ecdsa-with-SHA384', data, pair.publicKey, plain), false);
  const edwards = generateKeyPairSync('ed25519').publicKey;
  assert.equal(verifies('ecdsa-with-SHA256', data, edwards, plain), false, 'a key that has no such signature');
});

test('what a token signs takes the form of X.509', () => {
  assert.equal(digits(ecdsaDer(hex('01 02 ff 00'))), '300902020102020300ff00');
  assert.equal(digits(ecdsaDer(hex('0001 8000'))), '300802010102030 08000'.replaceAll(' ', ''));
  const digest = createHash('sha256').update('x').digest();
  assert.equal(digits(digestInfo('sha256', digest)), `3031300d060960864801650304020105000420${digits(digest)}`);
  assert.match(digits(digestInfo('sha384', hex('00'))), /^3012300d06096086480165030402020500/);
  assert.match(digits(digestInfo('sha512', hex('00'))), /^3012300d06096086480165030402030500/);
});

test('alternative names: ASCII, whole, and of a length that fits', () => {
  const read = (der: string) => readGeneralName(readDer(hex(der)));
  assert.deepEqual(read('8203 61627f'), { type: 'dns', value: 'ab\x7f' });
  assert.deepEqual(read('8602 613a'), { type: 'uri', value: 'a:' });
  assert.deepEqual(read('8704 7f000001'), { type: 'other', tag: 0x87 });
  assert.throws(() => read('8201 80'), /not ASCII/);
  assert.throws(() => read('8601 ff'), /not ASCII/);
  const other = '06032a0304 a003 0c0141';
  assert.deepEqual(read(`a00a ${other}`), { type: 'otherName', oid: '1.2.3.4', value: 'A' });
  assert.throws(() => read(`a00c ${other} 0500`), /more than two parts/);
  assert.throws(() => read('a005 06032a0304'), /value is missing/);
  assert.throws(() => read('a00a 06032a0304 a003 130141'), DerError, 'no UTF8String');
  assert.equal(
    digits(encode(generalName({ type: 'otherName', oid: '1.2.3.4', value: 'A' }))),
    'a00a06032a0304a0030c0141',
  );
  assert.equal(digits(encode(generalName({ type: 'dns', value: 'a' }))), '820161');
  assert.equal(digits(encode(generalName({ type: 'uri', value: 'a:b' }))), '8603613a62');
  const serial = (size: number) =>
    altNameProblem({ type: 'hardwareModuleName', hwType: '1.2.3.4', hwSerial: new Uint8Array(size) });
  assert.deepEqual([1, 64].map(serial), [undefined, undefined]);
  for (const size of [0, 65]) assert.match(serial(size) ?? '', /1 to 64 octets/);
  const label = 'a'.repeat(61);
  const host = (size: number) =>
    altNameProblem({ type: 'dns', value: `${`${label}.`.repeat(4)}${'b'.repeat(size - 248)}` });
  assert.deepEqual([252, 253].map(host), [undefined, undefined]);
  assert.match(host(254) ?? '', /not a host name/);
  for (const value of ['', '-a', 'a-', 'a..b', 'a.', '*.a', 'a_b', 'a'.repeat(64)])
    assert.match(altNameProblem({ type: 'dns', value }) ?? '', /not a host name/, value);
  for (const value of ['a', '0.1', 'A-b.c', 'a'.repeat(63)])
    assert.equal(altNameProblem({ type: 'dns', value }), undefined);
  for (const value of ['', 'a', 'a:', '1:b', 'a:%zz', 'a: b'])
    assert.match(altNameProblem({ type: 'uri', value }) ?? '', /URI/, value);
  for (const value of ['a:b', 'urn:x:%2f', 'HTTP://a/b?c#d'])
    assert.equal(altNameProblem({ type: 'uri', value }), undefined);
  for (const value of ['', 'a\0', '\ud800'])
    assert.match(altNameProblem({ type: 'otherName', oid: '1.2', value }) ?? '', /otherName/);
  assert.equal(altNameProblem({ type: 'otherName', oid: '1.2', value: 'Ä' }), undefined);
});

const tbsWith = (algorithm: SignatureAlgorithm) =>
  encodeTbs({
    serialHex: newSerial(),
    algorithm,
    issuerDer: issuer.subjectDer,
    notBefore: now,
    notAfter: new Date(now.getTime() + 86_400_000),
    subject: raw(nameOf('SN-1')),
    spkiDer,
    extensions: [keyUsage(['digitalSignature'])],
  });
const signed = (tbsDer: Uint8Array, outer: string) =>
  encode(sequence(raw(tbsDer), raw(hex(outer)), raw(tlv(3, hex('00'), sign('sha256', tbsDer, pair.privateKey)))));

test('an issued certificate is the reserved one, with one algorithm, signed by the issuer', () => {
  const [tbsDer, other, inner384] = [
    tbsWith('ecdsa-with-SHA256'),
    tbsWith('ecdsa-with-SHA256'),
    tbsWith('ecdsa-with-SHA384'),
  ];
  const reserved = (bytes: Uint8Array) => ({ tbsDer: bytes }) as unknown as Reservation;
  const sha256 = algorithms['ecdsa-with-SHA256'];
  verifyIssued(signed(tbsDer, sha256), reserved(tbsDer), issuer);
  const refused = (der: Uint8Array, bytes: Uint8Array, why: RegExp) =>
    assert.throws(
      () => verifyIssued(der, reserved(bytes), issuer),
      (error: { code: string; detail: string }) => {
        assert.equal(error.code, 'ca.mismatch');
        assert.match(error.detail, why);
        return true;
      },
    );
  refused(signed(other, sha256), tbsDer, /other bytes/);
  refused(signed(tbsDer, algorithms['ecdsa-with-SHA384']), tbsDer, /another algorithm/);
  refused(signed(inner384, sha256), inner384, /another algorithm/);
  refused(signed(tbsDer, '300c06082a8648ce3d0403020500'), tbsDer, /parameters/);
  refused(assemble(tbsDer, 'ecdsa-with-SHA256', sign('sha256', other, pair.privateKey)), tbsDer, /does not verify/);
  refused(hex('3000'), tbsDer, /unreadable/);
  assert.deepEqual(Buffer.from(readIssued(signed(tbsDer, sha256)).tbsDer), Buffer.from(tbsDer));
});

test('the parts of a TBSCertificate, with the version and without, few and many', () => {
  const parts = readDer(tbsWith('ecdsa-with-SHA256')).children.map(({ der }) => der);
  const [, ...plain] = parts;
  const [head, extensions] = [parts.slice(0, -1), parts.at(-1)!];
  const of = (...all: Uint8Array[]) => tlv(0x30, ...all);
  assert.deepEqual([readTbs(of(...parts)).version, readTbs(of(...plain)).version], [2, 0]);
  assert.equal(readInnerAlgorithm(of(...parts)).algorithm, 'ecdsa-with-SHA256');
  assert.equal(readInnerAlgorithm(of(...plain)).algorithm, 'ecdsa-with-SHA256');
  assert.deepEqual(readTbs(of(...head)).extensions, []);
  const ten = of(...head, hex('810100'), hex('820100'), extensions);
  assert.deepEqual(readTbs(ten).optionalTags, [0x81, 0x82, 0xa3]);
  assert.equal(readTbs(ten).extensions.length, 1);
  assert.throws(
    () => readTbs(of(...head, hex('810100'), hex('820100'), hex('830100'), extensions)),
    /TBSCertificate has 11 parts/,
  );
  for (let count = 0; count < 7; count++)
    assert.throws(() => readTbs(of(...parts.slice(0, count))), DerError, `${count}`);
  const tbs = readTbs(of(...parts));
  assert.equal(extensionOf(tbs, '2.5.29.15', 'keyUsage').critical, true);
  assert.throws(() => extensionOf(tbs, '2.5.29.19', 'basicConstraints'), /basicConstraints is missing/);
});
