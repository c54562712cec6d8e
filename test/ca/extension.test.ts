/** The values of extensions, each as its structure has it and at its boundaries. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode, readDer } from '../../app/ca/asn1/der.ts';
import { DerError } from '../../app/ca/asn1/node.ts';
import {
  keyUsage,
  keyUsageBits,
  readAuthority,
  readAuthorityKeyIdentifier,
  readBasicConstraints,
  readCertificatePolicies,
  readCrlDistributionPoints,
  readExtendedKeyUsage,
  readExtensions,
  readKeyUsage,
} from '../../app/ca/x509/extension.ts';
import { tlv } from './support.ts';

const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(' ', ''), 'hex');
const digits = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

test('the values of extensions, each at its boundaries', () => {
  const extensions = (...all: string[]) => readExtensions(readDer(tlv(0xa3, tlv(0x30, ...all.map(hex)))));
  const one = '300906032a0304 04020500';
  assert.deepEqual(
    extensions(one, '300c06032a0304 0101ff 04020500').map(({ oid, critical }) => [oid, critical]),
    [
      ['1.2.3.4', false],
      ['1.2.3.4', true],
    ],
  );
  assert.throws(() => extensions(), /extensions has 0 parts/);
  for (const bad of ['300c06032a0304 010100 04020500', '300e06032a0304 0101ff 04020500 0500', '300506032a0304', '3000'])
    assert.throws(() => extensions(bad), DerError, bad);
  assert.throws(() => readExtensions(undefined), DerError);

  const constraints: [string, object][] = [
    ['3000', { ca: false }],
    ['3003 0101ff', { ca: true }],
    ['3006 0101ff 020100', { ca: true, pathLength: 0 }],
    ['3006 0101ff 020103', { ca: true, pathLength: 3 }],
  ];
  for (const [der, facts] of constraints) assert.deepEqual(readBasicConstraints(hex(der)), facts, der);
  for (const der of ['3003 010100', '3003 020100', '3009 0101ff 020100 020100', '3006 0101ff 0201ff', '0500'])
    assert.throws(() => readBasicConstraints(hex(der)), DerError, der);

  for (const [at, usage] of keyUsageBits.entries()) {
    const bits = at < 8 ? tlv(3, Buffer.of(7 - at, 0x80 >> at)) : hex('0303 070080');
    const whole = tlv(0x30, hex('0603551d0f 0101ff'), tlv(4, bits));
    assert.deepEqual(Buffer.from(encode(keyUsage([usage]))), whole, usage);
    assert.deepEqual(readKeyUsage(bits), [usage]);
  }
  assert.deepEqual(readKeyUsage(hex('0303 07ff80')), [...keyUsageBits]);
  assert.deepEqual(readKeyUsage(hex('030100')), []);

  assert.deepEqual(readExtendedKeyUsage(hex('3008 06062b0601050507')), ['1.3.6.1.5.5.7']);
  assert.throws(() => readExtendedKeyUsage(hex('3000')), /extKeyUsage has 0 parts/);
  assert.deepEqual(Buffer.from(readAuthorityKeyIdentifier(hex('3003 800107'))), hex('07'));
  for (const der of ['3000', '3003 820107', '3006 800107 820107'])
    assert.throws(() => readAuthorityKeyIdentifier(hex(der)), DerError, der);
  const authority = (der: string) => {
    const { keyIdentifier, serial } = readAuthority(hex(der));
    return [keyIdentifier && digits(keyIdentifier), serial && digits(serial)];
  };
  assert.deepEqual(authority('3000'), [undefined, undefined]);
  assert.deepEqual(authority('3003 800107'), ['07', undefined]);
  assert.deepEqual(authority('3005 a100 820109'), [undefined, '09']);
  assert.deepEqual(authority('3008 800107 a100 820109'), ['07', '09']);
  assert.deepEqual(Object.keys(readAuthority(hex('3003 800107'))), ['keyIdentifier']);
  assert.throws(() => authority('300a 800107 a100 820109 8300'), /has 4 parts/);

  assert.deepEqual(readCertificatePolicies(hex('3007 3005 06032a0304')), [{ policy: '1.2.3.4', qualified: false }]);
  assert.deepEqual(readCertificatePolicies(hex('3009 3007 06032a0304 3000')), [{ policy: '1.2.3.4', qualified: true }]);
  for (const der of ['3000', '300b 3009 06032a0304 3000 3000', '3002 3000'])
    assert.throws(() => readCertificatePolicies(hex(der)), DerError, der);
  const point = 'a007 a005 8603613a62';
  assert.deepEqual(readCrlDistributionPoints(hex(`300b 3009 ${point}`)), ['a:b']);
  for (const der of [
    '3000',
    '3002 3000',
    `300d 300b ${point} 8100`,
    '3009 3007 a005 a003 820161',
    '3006 3004 a002 a100',
  ])
    assert.throws(() => readCrlDistributionPoints(hex(der)), DerError, der);
});
