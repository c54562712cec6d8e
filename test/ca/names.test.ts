/** Names of subjects and of hardware at their boundaries, as text and as bytes. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { encode, readDer } from '../../app/ca/asn1/der.ts';
import { DerError } from '../../app/ca/asn1/node.ts';
import { hardwareModuleName, hardwareTypeOf, readHardwareModuleName } from '../../app/ca/x509/hardwaremodule.ts';
import { encodeName, mustBePrintable, type NameAttribute, readName, valueProblem } from '../../app/ca/x509/name.ts';
import { hex, tlv } from './support.ts';

const pair = (type: string, tag: number, value: Uint8Array | string) =>
  tlv(0x30, hex(type), tlv(tag, Buffer.from(value)));
const rdn = (...pairs: Uint8Array[]) => tlv(0x31, ...pairs);
const read = (...rdns: Uint8Array[]) => readName(readDer(tlv(0x30, ...rdns)), 'subject');
const cn = '0603550403';
const serial = '0603550405';
const unknown = '06022a03';

test('a name reads from its last part to its first, with what has a meaning in text escaped', () => {
  const texts: [string, string][] = [
    ['a', 'a'],
    ['a b', 'a b'],
    [' a', '\\ a'],
    ['a ', 'a\\ '],
    ['#a', '\\#a'],
    ['a#', 'a#'],
    ['a"+,;<>\\b', 'a\\"\\+\\,\\;\\<\\>\\\\b'],
    ['=', '='],
  ];
  for (const [value, shown] of texts) assert.equal(read(rdn(pair(cn, 0x0c, value))).text, `CN=${shown}`);
  const name = read(rdn(pair('060355040a', 0x0c, 'O')), rdn(pair(cn, 0x13, 'A'), pair(serial, 0x13, '1')));
  assert.equal(name.text, 'CN=A+serialNumber=1,O=O');
  assert.deepEqual([name.rdns, name.entries.length, name.subject.commonName], [2, 3, 'A']);
  assert.deepEqual(read(), { subject: {}, entries: [], rdns: 0, text: '' });
  assert.equal(read(rdn(pair(unknown, 0x0c, 'x'))).text, '1.2.3=x');
  assert.equal(read(rdn(pair(cn, 0x1e, hex('0041')))).text, 'CN=#1e020041', 'an old type of string');
  for (const other of [pair(cn, 0x1e, hex('0041')), pair(unknown, 0x0c, 'x')])
    assert.deepEqual(read(rdn(other)).subject, {}, 'what is not read is not there');
  assert.equal(read(rdn(pair(cn, 0x0c, 'A')), rdn(pair(cn, 0x0c, 'B'))).subject.commonName, 'A', 'the first of two');
  assert.equal(read(rdn(pair(cn, 0x16, 'x'))).entries[0]!.value, 'x');
});

test('strings are of their type and end with a character', () => {
  for (const [tag, value] of [
    [0x0c, 'c3a9'],
    [0x13, '7e'],
    [0x16, '7e'],
    [0x1e, '0041'],
    [0x1c, '00000041'],
    [0x14, '41'],
    [0x0c, ''],
  ] as const)
    assert.equal(read(rdn(pair(cn, tag, hex(value)))).entries.length, 1, value);
  for (const [tag, value] of [
    [0x0c, 'c3'],
    [0x0c, '41c3a9ff'],
    [0x13, '80'],
    [0x16, 'c3a9'],
    [0x0c, '07'],
    [0x13, '7f'],
    [0x1e, '004100'],
    [0x1c, '000041'],
    [0x80, '41'],
    [0x40, '41'],
  ] as const)
    assert.throws(() => read(rdn(pair(cn, tag, hex(value)))), DerError, `${tag} ${value}`);
  const bad = [
    hex('3100'),
    rdn(tlv(0x30, hex(cn))),
    rdn(tlv(0x30, hex(cn), hex('0c0141'), hex('0500'))),
    pair(cn, 0x0c, 'A'),
  ];
  for (const one of bad) assert.throws(() => read(one), DerError);
  assert.throws(() => read(rdn(tlv(0x30, hex('020101'), hex('0c0141')))), DerError, 'a type that is no OID');
  assert.throws(() => readName(readDer(hex('3100')), 'subject'), DerError);
});

test('a value has its length, and its characters', () => {
  const longest: Record<NameAttribute, number> = {
    commonName: 64,
    serialNumber: 64,
    countryName: 2,
    localityName: 128,
    stateOrProvinceName: 128,
    organizationName: 64,
    organizationalUnitName: 64,
    dnQualifier: 64,
  };
  for (const [attribute, most] of Object.entries(longest) as [NameAttribute, number][]) {
    assert.equal(valueProblem(attribute, 'A'.repeat(most)), undefined, attribute);
    assert.match(valueProblem(attribute, 'A'.repeat(most + 1)) ?? '', /characters, allowed/, attribute);
    assert.match(valueProblem(attribute, '') ?? '', /0 characters/, attribute);
    assert.equal(mustBePrintable(attribute), ['serialNumber', 'countryName', 'dnQualifier'].includes(attribute));
  }
  assert.equal(valueProblem('commonName', '🔑'.repeat(64)), undefined, 'characters, not their halves');
  assert.match(valueProblem('commonName', '🔑'.repeat(65)) ?? '', /65 characters/);
  for (const value of ['de', 'D1', 'A']) assert.match(valueProblem('countryName', value) ?? '', /capital/, value);
  for (const value of ['a\n', '\0', 'a\x7f', '\ud800'])
    assert.match(valueProblem('commonName', value) ?? '', /control/);
  for (const value of [' a', 'a ', '\u00a0a']) assert.match(valueProblem('commonName', value) ?? '', /space/);
  assert.equal(valueProblem('serialNumber', "aZ09 '()+,-./:=?"), undefined);
  for (const value of ['a*b', 'a_b', 'Ä', 'a&b', 'a@b']) {
    assert.match(valueProblem('serialNumber', value) ?? '', /PrintableString/, value);
    assert.equal(valueProblem('commonName', value), undefined);
  }
  assert.deepEqual(
    Buffer.from(
      encode(
        encodeName([
          ['countryName', 'NO'],
          ['commonName', 'é'],
        ]),
      ),
    ),
    tlv(0x30, rdn(pair('0603550406', 0x13, 'NO')), rdn(pair(cn, 0x0c, 'é'))),
  );
});

test('the type of hardware is an OID of any length, and its serial is never empty', () => {
  const most = 2n ** 128n - 1n;
  const types: [string, string][] = [
    ['0.39', '27'],
    ['1.0', '28'],
    ['1.39', '4f'],
    ['2.0', '50'],
    ['2.47', '7f'],
    ['2.48', '8100'],
    ['1.2.127', '2a7f'],
    ['1.2.128', '2a8100'],
    ['1.2.16383.16384', '2aff7f818000'],
    [`2.25.${most}`, '6983ffffffffffffffffffffffffffffffffff7f'],
  ];
  for (const [hwType, content] of types) {
    const der = tlv(0x30, tlv(6, hex(content)), hex('040107'));
    assert.deepEqual(Buffer.from(encode(hardwareModuleName({ hwType, hwSerial: hex('07') }))), der, hwType);
    const back = readHardwareModuleName(readDer(der));
    assert.deepEqual([back.hwType, Buffer.from(back.hwSerial)], [hwType, hex('07')]);
  }
  for (const der of ['300606022a030400', '300306012a', '300806012a0401070500', '3006040107040107', '3000'])
    assert.throws(() => readHardwareModuleName(readDer(hex(der))), DerError, der);
  const digest = createHash('sha256').update('hardware type\0O\0M').digest('hex').slice(0, 32);
  const rest = digest[16]!;
  const uuid = `${digest.slice(0, 12)}8${digest.slice(13, 16)}${'89ab'[Number.parseInt(rest, 16) & 3]}${digest.slice(17)}`;
  assert.equal(hardwareTypeOf('O', 'M'), `2.25.${BigInt(`0x${uuid}`)}`);
  assert.notEqual(hardwareTypeOf('O', 'N'), hardwareTypeOf('O', 'M'));
});
