/** The reader of DER at its boundaries: for each rule the last value that keeps it, and the first that breaks it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bitString,
  bmpString,
  boolean,
  dotted,
  encode,
  explicit,
  implicitOctets,
  integer,
  octetString,
  oid,
  raw,
  readDer,
  sequence,
  setOf,
  text,
  unsigned,
} from '../../app/ca/asn1/der.ts';
import {
  assertSetOrder,
  DerError,
  type DerReason,
  expect,
  items,
  magnitudeOf,
  octetsOf,
  sameBytes,
  smallOf,
  tags,
  upTo,
} from '../../app/ca/asn1/node.ts';
import { hex, tlv } from './support.ts';

const many = (count: number, octet = '07') => octet.repeat(count);

const sound: Record<string, readonly string[]> = {
  'short and long lengths': [
    '0400',
    `0440${many(64)}`,
    `047f${many(127)}`,
    `048180${many(128)}`,
    `04820100${many(256)}`,
  ],
  'each class of tags': ['4000', '8000', 'c000', '6000', 'a000', 'e0020500', `418180${many(128)}`],
  BOOLEAN: ['010100', '0101ff'],
  INTEGER: ['020100', '02017f', '020180', '0201ff', '02020080', '0202ff7f', '0203008000', '30050201000500'],
  'BIT STRING': [
    '030100',
    '03020001',
    '030200ff',
    '03020102',
    '03020780',
    '03030480f0',
    `${'3007030101'.slice(0, 4)}030200800201ff`,
  ],
  'NULL and others': ['0500', '0c00', '1e00', '1c00', '0900'],
  'OBJECT IDENTIFIER': ['06012a', '06017f', '06032a8100', '06042a818000', '06052a81808000', '06028837'],
  structures: ['3000', '3100', '30020500', '300430023100', 'a00430020500', '300606012a800100', '300405000500'],
};

const broken: [DerReason, readonly string[]][] = [
  ['notDer', ['', '05', '30', '3001', '0401', `047f${many(126)}`, '0481', '0482', `048180${many(127)}`]],
  ['notDer', ['048401000000', '0484ffffffff', '04850100000000', `04fe${many(126, 'ff')}`, '300105', '30010500']],
  ['notDer', ['1f00', '1f0100', '3f00', '5f00', '9f00', 'bf00', 'ff00']],
  ['notDer', ['0000', '2000', '2100', '2200', '2300', '2400', '2500', '2600', '2c00', '1000', '1100', '2900']],
  ['notDer', ['0100', '0102ffff', '010101', '0101fe', '010180', '050100']],
  ['notDer', ['0200', '30020200', '300402000500']],
  [
    'notDer',
    [
      '0300',
      '30020300',
      '300403000500',
      '030101',
      '030107',
      '030108',
      '03020800',
      '03020101',
      '03020740',
      '0303040008',
    ],
  ],
  [
    'notDer',
    ['0600', '300406000500', '060180', '06022a80', '06028180', '06028001', '06032a8001', '06037f8001', '06042a038003'],
  ],
  ['indefiniteLength', ['3080', '30800000', '0480', '300405800500', 'a080']],
  ['nonMinimalLength', ['048100', `04817f${many(127)}`, `04820080${many(128)}`, `04820001${many(1)}`, '0484000000ff']],
  ['nonMinimalInteger', ['02020000', '0202007f', '0203007fff', '0202ff80', '0202ffff', '0203ff8000']],
  ['trailingBytes', ['050000', '300000', '02010000', '04000400']],
];

test('what is DER is read: the tag, the bytes, the contents and the parts are where they stand', () => {
  for (const [what, all] of Object.entries(sound))
    for (const digits of all) {
      const der = hex(digits);
      const node = readDer(der);
      assert.equal(node.tag, der[0], `${what}: ${digits}`);
      assert.deepEqual(Buffer.from(node.der), der, digits);
      const header = der[1]! < 0x80 ? 2 : 2 + (der[1]! & 0x7f);
      assert.deepEqual(Buffer.from(node.content), der.subarray(header), digits);
      const parts = (der[0]! & 0x20) === 0 ? [] : node.children.map((child) => Buffer.from(child.der));
      assert.deepEqual(Buffer.concat(parts), (der[0]! & 0x20) === 0 ? Buffer.alloc(0) : der.subarray(header), digits);
    }
  assert.equal(readDer(hex('0400')).children.length, 0);
  assert.equal(readDer(hex('300405000500')).children.length, 2);
});

test('what is not DER is refused, and by its reason', () => {
  for (const [reason, all] of broken)
    for (const digits of all) assert.throws(() => readDer(hex(digits)), { reason }, `${reason}: ${digits}`);
});

test('24 levels are read and 25 are not, 65,536 bytes are and one more are not', () => {
  const nested = (levels: number) =>
    Array.from({ length: levels - 1 }).reduce<Buffer>((inner) => tlv(0x30, inner), hex('0500'));
  assert.equal(readDer(nested(24)).tag, tags.sequence);
  assert.throws(() => readDer(nested(25)), { reason: 'notDer' });
  const sized = (size: number) =>
    Buffer.concat([hex('0482'), Buffer.of((size - 4) >> 8, (size - 4) & 0xff), Buffer.alloc(size - 4)]);
  assert.equal(readDer(sized(65_535)).content.length, 65_531);
  const largest = Buffer.concat([hex('0482fffc'), Buffer.alloc(0xfffc)]);
  assert.equal(largest.length, 65_536);
  assert.equal(readDer(largest).content.length, 0xfffc);
  assert.throws(() => readDer(Buffer.concat([hex('0482fffd'), Buffer.alloc(0xfffd)])), /longer than 65536 bytes/);
});

test('each value is written in the one form that it has', () => {
  const written: [ReturnType<typeof integer>, string][] = [
    [integer(0), '020100'],
    [integer(127), '02017f'],
    [integer(128), '02020080'],
    [integer(0x0102), '02020102'],
    [integer(0x010203), '0203010203'],
    [integer(0xfffefdfc), '020500fffefdfc'],
    [unsigned(hex('')), '020100'],
    [unsigned(hex('0000')), '020100'],
    [unsigned(hex('0001')), '020101'],
    [unsigned(hex('7f00')), '02027f00'],
    [unsigned(hex('8000')), '0203008000'],
    [boolean(true), '0101ff'],
    [boolean(false), '010100'],
    [bitString(hex('a0'), 5), '030205a0'],
    [bitString(hex('ff')), '030200ff'],
    [octetString(integer(1)), '0403020101'],
    [text(tags.utf8, 'é'), '0c02c3a9'],
    [text(tags.printable, 'a'), '130161'],
    [text(tags.ia5, 'a'), '160161'],
    [text(tags.utcTime, 'a'), '170161'],
    [text(tags.generalizedTime, 'a'), '180161'],
    [text(tags.universal, 'a'), '1c0161'],
    [bmpString('AΩ'), '1e04004103a9'],
    [explicit(3, integer(1)), 'a303020101'],
    [implicitOctets(2, hex('41')), '820141'],
    [oid('2.5.4.3'), '0603550403'],
    [sequence(integer(2), integer(1)), '3006020102020101'],
    [setOf(integer(2)), '3103020102'],
    [setOf(integer(2), integer(1)), '3106020101020102'],
    [setOf(integer(3), integer(1), integer(2)), '3109020101020102020103'],
    [sequence(raw(hex('0500'))), '30020500'],
  ];
  for (const [value, digits] of written) assert.equal(Buffer.from(encode(value)).toString('hex'), digits);
  const headers: [number, string][] = [
    [0xfffe, '0482fffe'],
    [0xffff, '0482ffff'],
    [0x10000, '0483010000'],
    [0x012345, '0483012345'],
  ];
  for (const [length, header] of headers) {
    const der = encode(octetString(new Uint8Array(length)));
    assert.equal(Buffer.from(der.subarray(0, header.length / 2)).toString('hex'), header);
    assert.equal(der.length, header.length / 2 + length);
  }
  assert.throws(() => raw(hex('0501')), DerError, 'only DER is taken as it is');
  assert.equal(dotted(hex('88378702')), '2.999.898');
  assert.throws(() => dotted(hex(`2a${'ff'.repeat(9)}7f`)), DerError, 'an arc over 53 bits');
});

test('a part is asked for with its tag, and a SEQUENCE with its number of parts', () => {
  const node = readDer(hex('3006020101020102'));
  assert.equal(expect(node, tags.sequence, 'it'), node);
  assert.throws(() => expect(undefined, tags.sequence, 'it'), /it is missing/);
  assert.throws(() => expect(node, tags.set, 'it'), /it has tag 0x30/);
  assert.equal(items(node, 'it', 2).length, 2);
  for (const [least, most] of [
    [0, 2],
    [1, 2],
    [2, 3],
    [1, Infinity],
  ] as const)
    assert.equal(items(node, 'it', least, most).length, 2);
  for (const [least, most] of [
    [1, 1],
    [3, 3],
    [3, 4],
    [0, 1],
  ] as const)
    assert.throws(() => items(node, 'it', least, most), /it has 2 parts/);
  assert.equal(upTo(node, 'it', 2).length, 2);
  assert.throws(() => upTo(node, 'it', 1), /it has 2 parts/);
  assert.throws(() => upTo(readDer(hex('3100')), 'it', 1), /it has tag 0x31/);
});

test('whole octets and numbers are read as they are written', () => {
  const read = (digits: string) => readDer(hex(digits));
  assert.deepEqual(Buffer.from(octetsOf(read('030300ff01'), 'key')), hex('ff01'));
  assert.equal(octetsOf(read('030100'), 'key').length, 0);
  assert.throws(() => octetsOf(read('03020102'), 'key'), /key is not whole octets/);
  assert.throws(() => octetsOf(read('0400'), 'key'), /tag/);
  const magnitudes: [string, string][] = [
    ['020100', ''],
    ['020101', '01'],
    ['02017f', '7f'],
    ['02020080', '80'],
    ['02020100', '0100'],
  ];
  for (const [digits, magnitude] of magnitudes)
    assert.equal(Buffer.from(magnitudeOf(read(digits), 'n')).toString('hex'), magnitude, digits);
  for (const digits of ['020180', '0201ff', '0202ff7f'])
    assert.throws(() => magnitudeOf(read(digits), 'n'), /n is negative/, digits);
  const numbers: [string, number][] = [
    ['020100', 0],
    ['020101', 1],
    ['02020100', 256],
    ['0203010203', 0x010203],
    ['020500ffffffff', 0xffffffff],
  ];
  for (const [digits, value] of numbers) assert.equal(smallOf(read(digits), 'n'), value, digits);
  assert.throws(() => smallOf(read('02050100000000'), 'n'), /n is too large/);
  assert.ok(
    sameBytes(hex('0102'), hex('0102')) && !sameBytes(hex('0102'), hex('0103')) && !sameBytes(hex('01'), hex('0102')),
  );
});

test('the members of a SET OF stand in order, wherever it stands; those of a SEQUENCE in any', () => {
  const keeps = [
    '3100',
    '3103020102',
    '3106020101020102',
    '3106020101020101',
    '3006020102020101',
    '30083106020101020102',
  ];
  for (const digits of keeps) assertSetOrder(readDer(hex(digits)), 'it');
  for (const digits of [
    '3106020102020101',
    '3109020101020103020102',
    '30083106020102020101',
    'a00a30083106020102020101',
  ])
    assert.throws(() => assertSetOrder(readDer(hex(digits)), 'it'), { reason: 'notDer' }, digits);
  const implicit = readDer(hex('a006020102020101'));
  assertSetOrder(implicit, 'it');
  assert.throws(() => assertSetOrder(implicit, 'it', true), { reason: 'notDer' });
});
