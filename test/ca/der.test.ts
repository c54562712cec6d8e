/** The codec and what stands on it: what is written is read back the same, and in one form only. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dotted, encode, integer, octetString, oid, readDer, sequence, unsigned } from '../../app/ca/asn1/der.ts';
import { magnitudeOf, sameBytes, smallOf } from '../../app/ca/asn1/node.ts';
import { blocksOf } from '../../app/ca/asn1/pem.ts';
import { DerError, derOf, pemOf } from '../../app/ca/index.ts';
import { encodeName, readName } from '../../app/ca/x509/name.ts';
import { hex, needTools, openssl, tlv } from './support.ts';

test('integers come back, and stand in as few octets as they can', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (value) => {
      const der = encode(integer(value));
      assert.equal(smallOf(readDer(der), 'value'), value);
      assert.equal(der.length, 2 + Math.floor(Math.log2(Math.max(value, 1)) / 8 + 1 / 8) + 1);
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 20 }), (magnitude) => {
      const read = magnitudeOf(readDer(encode(unsigned(magnitude))), 'value');
      assert.equal(
        BigInt(`0x0${Buffer.from(read).toString('hex')}`),
        BigInt(`0x${Buffer.from(magnitude).toString('hex')}`),
      );
    }),
  );
  assert.throws(() => smallOf(readDer(hex('02050100000000')), 'value'), DerError);
  assert.throws(() => smallOf(readDer(hex('0201ff')), 'value'), DerError);
});

test('object identifiers come back', () => {
  const arc = fc.integer({ min: 0, max: 2 ** 31 });
  fc.assert(
    fc.property(
      fc.constantFrom('0.9', '1.2', '2.5', '2.999'),
      fc.array(arc, { minLength: 1, maxLength: 8 }),
      (head, arcs) => {
        const text = [head, ...arcs].join('.');
        assert.equal(dotted(readDer(encode(oid(text))).content), text);
      },
    ),
  );
});

test('what is read covers every byte: each part is where its bytes are', () => {
  const der = encode(sequence(sequence(integer(1), integer(300)), oid('2.5.4.3')));
  const node = readDer(der);
  assert.ok(sameBytes(node.der, der));
  const [pair, type] = node.children;
  assert.ok(sameBytes(Buffer.concat([pair!.der, type!.der]), node.content));
  assert.ok(sameBytes(pair!.children[1]!.der, hex('0202012c')));
});

test('a length takes as few octets as it can, and only so it is read', () => {
  const headers: [number, string][] = [
    [0, '0400'],
    [0x7f, '047f'],
    [0x80, '048180'],
    [0xff, '0481ff'],
    [0x100, '04820100'],
    [0xfff0, '0482fff0'],
  ];
  for (const [length, header] of headers) {
    const der = Buffer.concat([hex(header), Buffer.alloc(length, 7)]);
    assert.deepEqual(Buffer.from(encode(octetString(new Uint8Array(length).fill(7)))), der, header);
    assert.equal(readDer(der).content.length, length, header);
  }
  const long: [string, number][] = [
    ['048100', 0],
    ['04817f', 0x7f],
    ['04820080', 0x80],
    ['048200ff', 0xff],
    ['0483000100', 0x100],
  ];
  for (const [header, length] of long) {
    const padded = Buffer.concat([hex(header), Buffer.alloc(length)]);
    assert.throws(() => readDer(padded), { reason: 'nonMinimalLength' }, header);
  }
  const written = encode(sequence(octetString(new Uint8Array(0x1_0000))));
  assert.deepEqual(Buffer.from(written.subarray(0, 10)), hex('30830100050483010000'));
});

test('an object identifier has each arc in as few octets as it can, later ones too', () => {
  for (const sound of ['06022a03', '06032a8100', '06042a818000', '06028837'])
    assert.equal(readDer(hex(sound)).tag, 6, sound);
  for (const padded of ['06022a80', '06032a8003', '06042a038003', '0603808837', '06042a808101', '0600'])
    assert.throws(() => readDer(hex(padded)), DerError, padded);
});

test('a value over 64 KiB is not read, nor one nested deeper than any certificate', () => {
  assert.throws(() => readDer(new Uint8Array(70_000)), DerError);
  const nested = (depth: number) =>
    Array.from({ length: depth }).reduce<Buffer>((inner) => tlv(0x30, inner), hex('0500'));
  assert.ok(readDer(nested(20)).children.length === 1);
  assert.throws(() => readDer(nested(40)), DerError);
});

test('PEM is written as OpenSSL writes it, and read back', (t) => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 300 });
  fc.assert(fc.property(bytes, (der) => assert.deepEqual(derOf(pemOf('CERTIFICATE', der), 'CERTIFICATE'), der)));
  const two = pemOf('CERTIFICATE', hex('0500')) + pemOf('CERTIFICATE', hex('3000'));
  assert.deepEqual(
    blocksOf(two, 'CERTIFICATE').map((der) => Buffer.from(der).toString('hex')),
    ['0500', '3000'],
  );
  assert.throws(() => derOf(two, 'CERTIFICATE'), DerError);
  if (!needTools(t, 'openssl')) return;
  const { output } = openssl(['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-quiet']);
  assert.equal(pemOf('PRIVATE KEY', derOf(output, 'PRIVATE KEY')), output);
});

test('names come back as they were written', () => {
  const value = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    .filter((text) => text.trim() === text && !/\p{Cc}|\p{Cs}/u.test(text));
  fc.assert(
    fc.property(value, value, (organisation, commonName) => {
      const name = readName(
        readDer(
          encode(
            encodeName([
              ['organizationName', organisation],
              ['commonName', commonName],
            ]),
          ),
        ),
        'name',
      );
      assert.deepEqual(name.subject, { organizationName: organisation, commonName });
    }),
  );
});

test('what a name may not hold is refused when written', () => {
  const bad: [Parameters<typeof encodeName>[0][number][0], string][] = [
    ['countryName', 'de'],
    ['countryName', 'DEU'],
    ['serialNumber', 'Ä'],
    ['commonName', 'a\u0007'],
    ['organizationName', 'x'.repeat(65)],
  ];
  for (const entry of bad) assert.throws(() => encodeName([entry]), RangeError, entry.join());
});
