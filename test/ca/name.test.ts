/** What a name may be made of. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDer } from '../../app/ca/asn1/der.ts';
import { DerError, parseCsr } from '../../app/ca/index.ts';
import { readName } from '../../app/ca/x509/name.ts';
import { hex, makeCsr, needTools, openssl, tlv, withCode } from './support.ts';

/** One unknown attribute with its value under this tag. */
const nameWith = (tag: number) => tlv(0x30, tlv(0x31, tlv(0x30, hex('060355030c'), tlv(tag, Buffer.from('SN-1')))));

test('a value of no universal type is no value of a name, for OpenSSL neither', (t) => {
  for (const tag of [0x4c, 0x8c, 0xcf]) {
    assert.throws(() => readName(readDer(nameWith(tag)), 'subject'), DerError);
    const { csrDer } = makeCsr('SN-1', { subject: nameWith(tag) });
    assert.throws(() => parseCsr(csrDer), withCode('csr.malformed'));
    if (!needTools(t, 'openssl')) return;
    assert.ok(!openssl(['req', '-inform', 'DER', '-noout'], csrDer).ok);
  }
  const { csrDer } = makeCsr('SN-1', { subject: nameWith(0x0c) });
  assert.equal(parseCsr(csrDer).subjectText, '2.5.3.12=SN-1');
});
