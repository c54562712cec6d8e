/** Times of certificates at their boundaries (RFC 5280 §4.1.2.5). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode, readDer } from '../../app/ca/asn1/der.ts';
import { DerError } from '../../app/ca/asn1/node.ts';
import { encodeTime, readTime, wholeSecond } from '../../app/ca/asn1/time.ts';
import { tlv } from './support.ts';

const utc = (value: string) => readTime(readDer(tlv(0x17, Buffer.from(value)))).toISOString();
const generalized = (value: string) => readTime(readDer(tlv(0x18, Buffer.from(value)))).toISOString();

test('a time has one form, and it is read from that form only', () => {
  const times: [string, number, string][] = [
    ['1950-01-01T00:00:00.000Z', 0x17, '500101000000Z'],
    ['1999-12-31T23:59:59.000Z', 0x17, '991231235959Z'],
    ['2000-02-29T09:09:09.000Z', 0x17, '000229090909Z'],
    ['2009-10-10T10:10:10.000Z', 0x17, '091010101010Z'],
    ['2049-12-31T23:59:59.000Z', 0x17, '491231235959Z'],
    ['2050-01-01T00:00:00.000Z', 0x18, '20500101000000Z'],
    ['2051-09-30T11:22:33.000Z', 0x18, '20510930112233Z'],
    ['9999-12-31T23:59:59.000Z', 0x18, '99991231235959Z'],
  ];
  for (const [at, tag, value] of times) {
    assert.deepEqual(Buffer.from(encode(encodeTime(new Date(at)))), tlv(tag, Buffer.from(value)), at);
    assert.equal(tag === 0x17 ? utc(value) : generalized(value), at);
  }
});

test('what is no time of a certificate is neither written nor read', () => {
  for (const at of ['1949-12-31T23:59:59.999Z', '+010000-01-01T00:00:00.000Z', 'never'])
    assert.throws(() => encodeTime(new Date(at)), RangeError, at);
  const short = ['', 'Z', '3001010000Z', '300101000000', '300101000000z', '300101000000Z ', '300101000060Z'];
  const wrong = ['300101006000Z', '300101240000Z', '300132000000Z', '300230000000Z', '301301000000Z', '300001000000Z'];
  const other = ['300101000000+0100', '3001010000.0Z', 'ab0101000000Z', '20500101000000Z', '-10101000000Z'];
  for (const value of [...short, ...wrong, ...other]) assert.throws(() => utc(value), /not a certificate time/, value);
  const early = ['20491231235959Z', '19500101000000Z', '00500101000000Z', '20300101000000Z'];
  const late = ['20500101000000', '20500101000000.0Z', '205001010000Z', '20500230000000Z', '500101000000Z', ''];
  for (const value of [...early, ...late]) assert.throws(() => generalized(value), /not a certificate time/, value);
  for (const tag of [0x0c, 0x16, 0x04])
    assert.throws(() => readTime(readDer(tlv(tag, Buffer.from('300101000000Z')))), /not a certificate time/);
  assert.throws(() => readTime(undefined), DerError);
});

test('a second is whole from its beginning to its end', () => {
  for (const [at, second] of [
    ['2030-01-01T00:00:00.000Z', '2030-01-01T00:00:00.000Z'],
    ['2030-01-01T00:00:00.999Z', '2030-01-01T00:00:00.000Z'],
    ['1969-12-31T23:59:59.001Z', '1969-12-31T23:59:59.000Z'],
  ] as const)
    assert.equal(wholeSecond(new Date(at)).toISOString(), second);
});
