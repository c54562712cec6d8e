/** The decision: who may have a certificate, and why not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decide, type PolicyFacts, parseCsr, requireAllowed } from '../../app/ca/index.ts';
import { ecdsaWithSha256Null, makeCsr, tlv, withCode } from './support.ts';

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

test('a key seen on another unit is refused; on the same unit it may ask again', () => {
  assert.equal(codeOf({ keySeenOn: 'SN-9' }), 'policy.keySeen');
  assert.equal(codeOf({ keySeenOn: 'SN-1' }), undefined);
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
