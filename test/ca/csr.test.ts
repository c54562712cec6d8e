/** The gate: which requests are taken, which are refused, and by what name. */
import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { maxCsrBytes, parseCsr, pemOf } from '../../app/ca/index.ts';
import type { ErrorCode } from '../../app/contract/errors.ts';
import {
  ecdsaWithSha256,
  ecdsaWithSha256Null,
  hex,
  makeCsr,
  nameOf,
  needTools,
  openssl,
  partsOf,
  scratch,
  tlv,
  withCode,
} from './support.ts';

const { csrDer, privateKey } = makeCsr('SN-0001');
const refused = (bytes: Uint8Array, code: ErrorCode, what?: string): void =>
  assert.throws(() => parseCsr(bytes), withCode(code), what);

test('the facts are those of the request', () => {
  const facts = parseCsr(csrDer);
  assert.deepEqual(facts.subject, { commonName: 'SN-0001' });
  assert.equal(facts.subjectText, 'CN=SN-0001');
  assert.equal(facts.keyType, 'P-256');
  assert.equal(facts.signatureAlgorithm, 'ecdsa-with-SHA256');
  assert.deepEqual(facts.deviations, []);
  assert.deepEqual(Buffer.from(facts.der), Buffer.from(csrDer));
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  assert.deepEqual(Buffer.from(facts.spkiDer), spki);
});

test('a subject is told by its attributes and shown as RFC 4514 has it', (t) => {
  if (!needTools(t, 'openssl')) return;
  const file = scratch(t);
  const subject = '/C=DE/O=Müller, Söhne/OU= x/serialNumber=A1/CN=SN+1';
  const made = openssl([
    'req',
    '-new',
    '-utf8',
    '-nodes',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-subj',
    subject.replace('+', '\\+'),
    '-keyout',
    file('key'),
    '-out',
    file('csr'),
  ]);
  assert.ok(made.ok, made.output);
  const facts = parseCsr(readFileSync(file('csr')));
  assert.deepEqual(facts.subject, {
    countryName: 'DE',
    organizationName: 'Müller, Söhne',
    organizationalUnitName: ' x',
    serialNumber: 'A1',
    commonName: 'SN+1',
  });
  assert.equal(facts.subjectText, 'CN=SN\\+1,serialNumber=A1,OU=\\ x,O=Müller\\, Söhne,C=DE');
});

test('PEM is taken with any line ending, label and surrounding text', () => {
  const pem = pemOf('CERTIFICATE REQUEST', csrDer);
  const variants = {
    unix: pem,
    dos: pem.replaceAll('\n', '\r\n'),
    mac: pem.replaceAll('\n', '\r'),
    oneLine: pem.replace(/(?<!-)\n(?!-)/g, ''),
    oldLabel: pem.replaceAll('CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST'),
    inALog: `0x30 boot ok\r\nUnit: SN-0001\r\n${pem}OK\r\n`,
  };
  for (const [name, text] of Object.entries(variants)) {
    assert.equal(parseCsr(Buffer.from(text)).subjectText, 'CN=SN-0001', name);
  }
});

test('text that is not exactly one whole request is refused', () => {
  const pem = pemOf('CERTIFICATE REQUEST', csrDer);
  refused(Buffer.from(''), 'csr.malformed');
  refused(Buffer.from('hello'), 'csr.malformed');
  refused(Buffer.from(pem + pem), 'csr.malformed', 'two requests');
  refused(Buffer.from(pem.replace('-----END', '-----FIN')), 'csr.malformed', 'no end');
  refused(Buffer.from(pem.replace('A', '!')), 'csr.malformed', 'not base64');
  refused(Buffer.from(pem.replaceAll('CERTIFICATE REQUEST', 'CERTIFICATE')), 'csr.malformed', 'a certificate');
});

test('size is bounded before anything is read', () => {
  const padded = Buffer.concat([csrDer, Buffer.alloc(maxCsrBytes)]);
  refused(padded, 'csr.tooLarge');
  refused(Buffer.alloc(1e6, ' '), 'csr.tooLarge');
  refused(Buffer.from(pemOf('CERTIFICATE REQUEST', Buffer.alloc(maxCsrBytes + 1))), 'csr.tooLarge');
  const big = makeCsr('SN-1', { attributes: tlv(0x30, hex('0603551d0e'), tlv(0x31, tlv(0x04, Buffer.alloc(7000)))) });
  assert.equal(parseCsr(big.csrDer).keyType, 'P-256');
});

test('what is not DER is refused, even where it is well signed', () => {
  const [info, algorithm, signature] = partsOf(csrDer);
  const joined = (...parts: Uint8Array[]) => tlv(0x30, ...parts);
  assert.equal(parseCsr(joined(info, algorithm, signature)).keyType, 'P-256', 'the parts themselves are whole');
  const inner = Buffer.concat([info, algorithm, signature]);
  const cases: Record<string, Uint8Array> = {
    'trailing bytes': Buffer.concat([csrDer, hex('00')]),
    'trailing part': joined(info, algorithm, signature, hex('0500')),
    'cut short': csrDer.subarray(0, -1),
    'indefinite length': Buffer.concat([hex('3080'), inner, hex('0000')]),
    'length of three octets where two do': Buffer.concat([
      hex('308300'),
      hex(inner.length.toString(16).padStart(4, '0')),
      inner,
    ]),
    'unused bits in the signature': joined(info, algorithm, tlv(3, hex('01'), signature.subarray(3))),
    'signature as OCTET STRING': joined(info, algorithm, tlv(4, signature.subarray(2))),
  };
  for (const [what, bytes] of Object.entries(cases)) refused(bytes, 'csr.malformed', what);
});

test('a request of another structure is refused, even where it is well signed', () => {
  const attribute = (values: Uint8Array) => tlv(0x30, hex('06092a864886f70d01090e'), values);
  const cn = (value: Uint8Array) => tlv(0x31, tlv(0x30, hex('0603550403'), value));
  const text = (value: string) => tlv(0x0c, Buffer.from(value));
  const cases: Record<string, Parameters<typeof makeCsr>[1]> = {
    'version 1': { version: 1 },
    'attribute without value': { attributes: attribute(tlv(0x31)) },
    'attribute that is no SEQUENCE': { attributes: hex('020100') },
    'two common names': { subject: tlv(0x30, cn(text('A')), cn(text('B'))) },
    'common name as BMPString': { subject: tlv(0x30, cn(tlv(0x1e, hex('00530031')))) },
    'empty RDN': { subject: tlv(0x30, tlv(0x31)) },
    'NUL in the common name': { subject: nameOf('SN-1\0.evil') },
    'common name that is not UTF-8': { subject: tlv(0x30, cn(tlv(0x0c, hex('ff')))) },
    'padded INTEGER': { attributes: attribute(tlv(0x31, hex('02020001'))) },
    'BOOLEAN 1': { attributes: attribute(tlv(0x31, hex('010101'))) },
    'constructed OCTET STRING': { attributes: attribute(tlv(0x31, hex('24030401ff'))) },
    'padded OBJECT IDENTIFIER': { attributes: tlv(0x30, hex('060480550403'), tlv(0x31, hex('0500'))) },
    'high tag number': { attributes: attribute(tlv(0x31, hex('1f1f0100'))) },
  };
  for (const [what, parts] of Object.entries(cases)) refused(makeCsr('SN-1', parts).csrDer, 'csr.malformed', what);
  const empty = parseCsr(makeCsr('', { subject: tlv(0x30) }).csrDer);
  assert.equal(empty.subjectText, '', 'an empty subject says nothing wrong');
});

test('proof of possession: another key, another message or a broken signature is refused', () => {
  const [info, algorithm, signature] = partsOf(csrDer);
  const [otherInfo] = partsOf(makeCsr('SN-0001').csrDer);
  const [sameKeyInfo] = partsOf(makeCsr('SN-0002', { key: privateKey }).csrDer);
  const joined = (message: Uint8Array, value: Uint8Array) => tlv(0x30, message, algorithm, value);
  refused(joined(otherInfo, signature), 'csr.badSignature', 'another key');
  refused(joined(sameKeyInfo, signature), 'csr.badSignature', 'another message');
  const flipped = Buffer.from(signature);
  flipped[flipped.length - 1]! ^= 1;
  refused(joined(info, flipped), 'csr.badSignature');
  refused(joined(info, tlv(3, hex('00'))), 'csr.badSignature', 'empty');
  refused(joined(info, tlv(3, hex('003006020100020100'))), 'csr.badSignature', 'r = s = 0');
  refused(joined(info, tlv(3, hex('00'), Buffer.alloc(64, 7))), 'csr.badSignature', 'not ECDSA-Sig-Value');
});

test('only SHA-2 with the right parameters and for the right key is a signature algorithm', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const algorithm = (digits: string) => tlv(0x30, hex(digits));
  const ecdsaSha1 = algorithm('06072a8648ce3d0401');
  const rsaSha256 = algorithm('06092a864886f70d01010b0500');
  const cases: Record<string, Parameters<typeof makeCsr>[1]> = {
    'ECDSA with SHA-1': { algorithm: ecdsaSha1, hash: 'sha1' },
    'RSA with SHA-1': { key: rsa, algorithm: algorithm('06092a864886f70d0101050500'), hash: 'sha1' },
    'RSA with MD5': { key: rsa, algorithm: algorithm('06092a864886f70d0101040500'), hash: 'md5' },
    'RSA algorithm, EC key': { algorithm: rsaSha256 },
    'EC algorithm, RSA key': { key: rsa },
    'RSA with an OID as parameter': { key: rsa, algorithm: algorithm('06092a864886f70d01010b06082a8648ce3d030107') },
    'ECDSA with an OID as parameter': { algorithm: algorithm('06082a8648ce3d04030206082a8648ce3d030107') },
    'ECDSA SHA-384 with a number': { algorithm: algorithm('06082a8648ce3d040303020100'), hash: 'sha384' },
  };
  for (const [what, parts] of Object.entries(cases)) {
    refused(makeCsr('SN-1', parts).csrDer, 'csr.unsupportedAlgorithm', what);
  }
  assert.equal(parseCsr(makeCsr('SN-1', { key: rsa, algorithm: rsaSha256 }).csrDer).keyType, 'RSA-2048');
});

test('the one known deviation, as real devices send it, is taken and noted', () => {
  // Written by Mbed TLS 2.28.
  const mbed = hex(
    '3081cb3071020100300f310d300b06035504030c04534e2d313059301306072a8648ce3d020106082a8648ce3d03010703420004a3c8fdc8' +
      '277baa6f2fb9f7d19aace39ed500311f4f4e20eb6b84e554a8505b39b644140dfa8396fdfc618361bb03d40dfd9a5c6c12a694be591229' +
      '4c28c74d02a000300c06082a8648ce3d0403020500034800304502206b5b7f5641dc2f261902cef4d643b5e2ebe22141e0b945c8af1aeb' +
      'c822a668dd022100f1d48b67cbe0f670ca715a08c1b4f49ff3ace494ce6d560864181426ccecbe43',
  );
  for (const der of [mbed, makeCsr('SN-1', { algorithm: ecdsaWithSha256Null }).csrDer]) {
    const facts = parseCsr(der);
    assert.equal(facts.subject.commonName, 'SN-1');
    assert.deepEqual(facts.deviations, ['ecdsaNullParameters']);
  }
});

test('NULL with ECDSA and nothing with RSA are taken with each hash, and noted', () => {
  const hashes = [
    ['sha256', '02', '0b'],
    ['sha384', '03', '0c'],
    ['sha512', '04', '0d'],
  ] as const;
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  for (const [hash, ec, pkcs1] of hashes) {
    const withNull = tlv(0x30, hex(`06082a8648ce3d0403${ec}0500`));
    assert.deepEqual(parseCsr(makeCsr('SN-1', { hash, algorithm: withNull }).csrDer).deviations, [
      'ecdsaNullParameters',
    ]);
    const bare = tlv(0x30, hex(`06092a864886f70d0101${pkcs1}`));
    const facts = parseCsr(makeCsr('SN-1', { hash, key: rsa, algorithm: bare }).csrDer);
    assert.deepEqual(facts.deviations, ['rsaAbsentParameters']);
    const asStandard = tlv(0x30, hex(`06092a864886f70d0101${pkcs1}0500`));
    assert.deepEqual(parseCsr(makeCsr('SN-1', { hash, key: rsa, algorithm: asStandard }).csrDer).deviations, []);
  }
});

test('keys that are weak, exotic or no keys at all are refused by name', () => {
  const pair = (curve: string) => generateKeyPairSync('ec', { namedCurve: curve }).privateKey;
  const rsa = (modulusLength: number, publicExponent = 65537) =>
    generateKeyPairSync('rsa', { modulusLength, publicExponent }).privateKey;
  const rsaSha256 = tlv(0x30, hex('06092a864886f70d01010b0500'));
  const withKey = (key: KeyObject, algorithm?: Uint8Array) =>
    makeCsr('SN-1', algorithm === undefined ? { key } : { key, algorithm }).csrDer;
  refused(withKey(pair('secp256k1')), 'csr.unsupportedKey', 'secp256k1');
  refused(withKey(pair('prime192v1')), 'csr.unsupportedKey', 'P-192');
  refused(withKey(rsa(1024), rsaSha256), 'csr.weakKey', 'RSA-1024');
  refused(withKey(rsa(2048, 3), rsaSha256), 'csr.weakKey', 'exponent 3');
  refused(
    withKey(generateKeyPairSync('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' }).privateKey),
    'csr.unsupportedKey',
    'explicit curve',
  );
  const ec = (point: Buffer) => tlv(0x30, hex('301306072a8648ce3d020106082a8648ce3d030107'), tlv(3, hex('00'), point));
  const request = (spki: Buffer) => {
    const info = tlv(0x30, hex('020100'), nameOf('SN-1'), spki, hex('a000'));
    return tlv(0x30, info, ecdsaWithSha256, tlv(3, hex('00'), sign('sha256', info, privateKey)));
  };
  const point = Buffer.from(parseCsr(csrDer).spkiDer).subarray(-65);
  assert.equal(parseCsr(request(ec(point))).keyType, 'P-256', 'the frame itself is whole');
  refused(request(ec(Buffer.concat([hex('02'), point.subarray(1, 33)]))), 'csr.unsupportedKey', 'compressed');
  refused(request(ec(hex('00'))), 'csr.unsupportedKey', 'point at infinity');
  const off = Buffer.from(point);
  off[64]! ^= 1;
  refused(request(ec(off)), 'csr.unsupportedKey', 'not on the curve');
  const modulus = Buffer.concat([hex('00'), Buffer.alloc(256, 0xfe)]);
  const even = tlv(
    0x30,
    hex('300d06092a864886f70d0101010500'),
    tlv(3, hex('00'), tlv(0x30, tlv(2, modulus), hex('0203010001'))),
  );
  refused(request(even), 'csr.weakKey', 'even modulus');
  refused(
    request(tlv(0x30, hex('300506032b6570'), tlv(3, hex('00'), Buffer.alloc(32, 9)))),
    'csr.unsupportedKey',
    'Ed25519',
  );
});
