/** The decision: who may have a certificate, and why not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decide, type PolicyFacts, parseCsr, requireAllowed } from '../../app/ca/index.ts';
import { ecdsaWithSha256Null, hex, makeCsr, tlv, withCode } from './support.ts';

const csr = parseCsr(makeCsr('SN-1').csrDer);
const facts = (changes: Partial<PolicyFacts> = {}): PolicyFacts => ({
  csr,
  unitSerial: 'SN-1',
  orderLeft: 1,
  caPublicKeys: [],
  ...changes,
});
const codeOf = (changes: Partial<PolicyFacts>): string | undefined => {
  const decision = decide(facts(changes));
  return decision.allowed ? undefined : decision.code;
};

test('a new key on a unit without certificate is allowed, with notes for the record', () => {
  assert.deepEqual(decide(facts()), { allowed: true, notes: ['key P-256', 'request signed with ecdsa-with-SHA256'] });
});

test('a request that names another unit is refused; one that names none is allowed and noted', () => {
  assert.equal(codeOf({ unitSerial: 'SN-2' }), 'csr.subjectMismatch');
  assert.equal(codeOf({ unitSerial: 'sn-1' }), 'csr.subjectMismatch');
  const nameless = parseCsr(makeCsr('', { subject: tlv(0x30) }).csrDer);
  const notes = requireAllowed(decide(facts({ csr: nameless, unitSerial: 'SN-2' })));
  assert.ok(notes.includes('request names no unit'));
});

test('the serialNumber of a subject may not name another unit either, wherever and however it stands', () => {
  const named = (tag: number, value: string) => tlv(0x30, hex('0603550405'), tlv(tag, Buffer.from(value)));
  const cn = tlv(0x30, hex('0603550403'), tlv(0x0c, Buffer.from('SN-1')));
  const serials: [string, (value: string) => Buffer][] = [
    ['alone', (value) => tlv(0x30, tlv(0x31, named(0x13, value)))],
    ['beside a common name', (value) => tlv(0x30, tlv(0x31, cn), tlv(0x31, named(0x13, value)))],
    ['before it', (value) => tlv(0x30, tlv(0x31, named(0x13, value)), tlv(0x31, cn))],
    ['in one RDN with it', (value) => tlv(0x30, tlv(0x31, ...[cn, named(0x13, value)].sort(Buffer.compare)))],
    ['as UTF8String', (value) => tlv(0x30, tlv(0x31, named(0x0c, value)))],
    ['as IA5String', (value) => tlv(0x30, tlv(0x31, named(0x16, value)))],
  ];
  for (const [what, subject] of serials) {
    const asking = (value: string) => parseCsr(makeCsr('', { subject: subject(value) }).csrDer);
    const right = decide(facts({ csr: asking('SN-1') }));
    assert.ok(right.allowed, what);
    assert.ok(!right.notes.includes('request names no unit'), what);
    for (const other of ['SN-2', 'sn-1', 'SN-1 ', 'SN-1x']) {
      const decision = decide(facts({ csr: asking(other) }));
      assert.ok(!decision.allowed, `${what}: ${other}`);
      assert.deepEqual(decision.data, { reason: 'subjectMismatch', claimed: other, unitSerial: 'SN-1' });
    }
  }
});

test('a key seen on another unit is refused; on the same unit it may ask again', () => {
  assert.equal(codeOf({ keySeenOn: 'SN-9' }), 'policy.keySeen');
  assert.equal(codeOf({ keySeenOn: 'SN-1' }), undefined);
});

test('a unit that is reworked needs another key than the one it had', () => {
  const decision = decide(facts({ keySeenOn: 'SN-1', keySuperseded: true }));
  assert.ok(!decision.allowed);
  assert.deepEqual([decision.code, decision.data], ['policy.keySeen', { reason: 'superseded' }]);
  assert.ok(decide(facts({ keySeenOn: 'SN-1', keySuperseded: false })).allowed);
});

test("a CA's key is refused", () => {
  assert.equal(codeOf({ caPublicKeys: ['00', csr.spkiSha256] }), 'policy.keySeen');
});

test('a unit that has a certificate for another key gets no second one', () => {
  assert.equal(codeOf({ unitHasCertificate: true }), 'policy.unitHasCertificate');
  assert.ok(decide(facts({ unitHasCertificate: false })).allowed);
});

test('a full order is refused, but a reason in the unit itself is told first', () => {
  assert.equal(codeOf({ orderLeft: 0 }), 'order.full');
  assert.equal(codeOf({ orderLeft: -1 }), 'order.full');
  assert.equal(codeOf({ orderLeft: 0, keySeenOn: 'SN-9' }), 'policy.keySeen');
});

test('an accepted deviation is in the notes', () => {
  const deviating = parseCsr(makeCsr('SN-1', { algorithm: ecdsaWithSha256Null }).csrDer);
  assert.ok(requireAllowed(decide(facts({ csr: deviating }))).includes('ecdsaNullParameters'));
});

test('a refusal thrown keeps its code and data', () => {
  assert.throws(() => requireAllowed(decide(facts({ keySeenOn: 'SN-9' }))), withCode('policy.keySeen'));
});
