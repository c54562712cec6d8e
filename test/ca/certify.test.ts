/** CA certificates made by keys of every kind and home, judged by OpenSSL; and what no key is asked to sign. */
import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { test } from 'node:test';
import {
  type CaKey,
  expiryOf,
  issuerFrom,
  makeIssuingCertificate,
  makeRootCertificate,
  newCaKeyPair,
  previewCa,
  proveKey,
  readCa,
  softwareKey,
} from '../../app/ca/index.ts';
import type { CaKeyType } from '../../app/contract/authority.ts';
import { type ErrorCode, StationError } from '../../app/contract/errors.ts';
import { mustOpenssl } from './outside.ts';
import { needTools, now, openssl, scratch, testCa, withCode } from './support.ts';

const names = { organisation: 'Tømmer & Co', practice: false };
const dayMs = 24 * 3600 * 1000;

/** A key that is not in this process: all that is known of it is what it answers, and what it was asked is kept. */
function remoteKey(privateKey: KeyObject, answer?: (data: Uint8Array) => Uint8Array): CaKey & { asked: Uint8Array[] } {
  const asked: Uint8Array[] = [];
  return {
    asked,
    spkiDer: new Uint8Array(createPublicKey(privateKey).export({ type: 'spki', format: 'der' })),
    async sign(algorithm, data) {
      asked.push(data);
      await new Promise((resolve) => setTimeout(resolve, 1));
      const hash = /384/.test(algorithm) ? 'sha384' : /512/.test(algorithm) ? 'sha512' : 'sha256';
      return answer?.(data) ?? new Uint8Array(sign(hash, data, privateKey));
    },
    state: () => 'ready',
    onState: () => () => {},
    close: () => {},
  };
}

const unfitFor = (reason: string) => (error: unknown) =>
  error instanceof StationError && error.code === 'ca.unfit' && error.data?.reason === reason;

const keyTypes: CaKeyType[] = ['P-256', 'P-384', 'P-521', 'RSA-2048', 'RSA-3072', 'RSA-4096'];

for (const keyType of keyTypes) {
  test(`a root and an issuing CA with ${keyType}, by keys that are elsewhere`, async (t) => {
    if (!needTools(t, 'openssl')) return;
    const [rootKey, issuingKey] = [remoteKey(await newCaKeyPair(keyType)), remoteKey(await newCaKeyPair(keyType))];
    const rootDer = await makeRootCertificate({ ...names, commonName: 'A Root', years: 20, key: rootKey, now });
    const terms = { ...names, commonName: 'An Issuing CA', years: 10, now };
    const issuingDer = await makeIssuingCertificate({
      ...terms,
      spkiDer: issuingKey.spkiDer,
      parent: readCa(rootDer),
      parentKey: rootKey,
    });
    assert.equal(issuingKey.asked.length, 0, 'only the parent signs');
    const file = scratch(t);
    mustOpenssl(['x509', '-inform', 'DER', '-out', file('root')], rootDer);
    mustOpenssl(['x509', '-inform', 'DER', '-out', file('issuing')], issuingDer);
    mustOpenssl(['verify', '-x509_strict', '-check_ss_sig', '-CAfile', file('root'), file('root')]);
    mustOpenssl(['verify', '-x509_strict', '-check_ss_sig', '-CAfile', file('root'), file('issuing')]);
    const text = openssl(['x509', '-noout', '-text', '-in', file('issuing')]).output;
    assert.match(text, /CA:TRUE, pathlen:0\n[\s\S]*Certificate Sign, CRL Sign\n/);
    assert.equal(issuerFrom(issuingDer).keyType, keyType);
    // What was shown beforehand is what was made.
    const shown = previewCa({ ...terms, keyType, parent: readCa(rootDer) });
    const made = readCa(issuingDer);
    assert.equal(shown.subject, made.subjectText);
    assert.equal(shown.issuer, readCa(rootDer).subjectText);
    assert.equal(shown.signatureAlgorithm, made.view.algorithm.algorithm);
    assert.deepEqual(
      [shown.notBeforeAt, shown.notAfterAt],
      [made.notBefore, made.notAfter].map((at) => at.toISOString()),
    );
    assert.equal(shown.pathLength, made.pathLength);
    await proveKey(rootKey, rootDer);
    await assert.rejects(proveKey(rootKey, issuingDer), unfitFor('otherKey'));
  });
}

async function newRoot(terms: { years?: number; practice?: boolean; now?: Date } = {}) {
  const key = remoteKey(await newCaKeyPair('P-256'));
  const root = await makeRootCertificate({ ...names, commonName: 'A Root', years: 20, key, now, ...terms });
  return { key, root: readCa(root) };
}

const spkiDer = softwareKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey).spkiDer;
const issuingTerms = { ...names, commonName: 'An Issuing CA', years: 10, spkiDer, now };

test('a signature that does not fit, over other bytes or by another key, makes no certificate', async () => {
  const privateKey = await newCaKeyPair('P-256');
  const stranger = await newCaKeyPair('P-256');
  const terms = { ...names, commonName: 'A Root', years: 20, now };
  const wrong = [
    remoteKey(privateKey, (data) => new Uint8Array(sign('sha256', data, stranger))),
    remoteKey(privateKey, (data) => new Uint8Array(sign('sha256', data.subarray(1), privateKey))),
    remoteKey(privateKey, () => new Uint8Array(70)),
    remoteKey(privateKey, () => new Uint8Array(0)),
  ];
  for (const key of wrong) await assert.rejects(makeRootCertificate({ ...terms, key }), withCode('ca.mismatch'));
  await makeRootCertificate({ ...terms, key: remoteKey(privateKey) });
});

test('a parent signs nothing it cannot vouch for', async () => {
  const { key, root } = await newRoot();
  const issuing = { ...issuingTerms, parent: root, parentKey: key };
  const issuingKey = remoteKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
  const middle = readCa(await makeIssuingCertificate({ ...issuing, spkiDer: issuingKey.spkiDer }));
  const before = key.asked.length;
  const stranger = remoteKey(await newCaKeyPair('P-256'));
  const later = new Date(root.notAfter.getTime() + 1000);
  const earlier = new Date(root.notBefore.getTime() - 1000);
  const under = { ...issuing, parent: middle, parentKey: issuingKey, commonName: 'Another' };
  const refused: [object, (error: unknown) => boolean][] = [
    [under, unfitFor('pathTooLong')],
    [{ ...issuing, pathLength: 1 }, unfitFor('pathTooLong')],
    [{ ...issuing, commonName: 'A Root' }, unfitFor('nameClash')],
    [{ ...issuing, practice: true }, unfitFor('practice')],
    [{ ...issuing, parentKey: stranger }, unfitFor('otherKey')],
    [{ ...issuing, spkiDer: key.spkiDer }, unfitFor('otherKey')],
    [{ ...issuing, now: later }, withCode('ca.expired')],
    [{ ...issuing, now: earlier }, withCode('ca.expired')],
    [{ ...issuing, commonName: 'x'.repeat(65) }, withCode('call.badParams')],
    [{ ...issuing, organisation: '' }, withCode('call.badParams')],
  ];
  for (const [terms, expected] of refused) await assert.rejects(makeIssuingCertificate(terms as never), expected);
  assert.equal(key.asked.length, before, 'its key was never asked');
  assert.equal(issuingKey.asked.length + stranger.asked.length, 0);
});

test('it ends with its parent at the latest, and the preview says so', async () => {
  const { key, root } = await newRoot({ years: 3 });
  const der = await makeIssuingCertificate({ ...issuingTerms, parent: root, parentKey: key });
  assert.equal(readCa(der).notAfter.getTime(), root.notAfter.getTime());
  const capped = previewCa({ ...issuingTerms, keyType: 'P-256', parent: root }).notes;
  assert.ok(
    capped.some((note) => note.includes('ends with its parent')),
    capped.join('\n'),
  );
  const whole = previewCa({ ...issuingTerms, years: 2, keyType: 'P-256', parent: root }).notes;
  assert.ok(!whole.some((note) => note.includes('ends with its parent')));
  const rsa = previewCa({ ...issuingTerms, keyType: 'RSA-3072', parent: root });
  assert.ok(
    rsa.notes.some((note) => note.includes('384 bytes')),
    'RSA signatures of 3072 bits',
  );
  assert.equal(rsa.signatureAlgorithm, 'ecdsa-with-SHA256', "the parent's");
  const top = previewCa({ ...names, commonName: 'R', practice: true, keyType: 'P-384', years: 20, parent: null, now });
  assert.deepEqual([top.subject, top.pathLength], [top.issuer, 1]);
  assert.match(top.subject, /OU=PRACTICE/);
});

test('a proof tells a key that does not sign from one that is another CA’s, and signs nothing that is DER', async () => {
  const { hierarchy } = await testCa();
  const { key, root } = await newRoot();
  const failing = { ...key, sign: async () => new Uint8Array(70) };
  await assert.rejects(proveKey(failing, root.certificateDer), withCode('ca.damaged'));
  await assert.rejects(proveKey(key, hierarchy.root.certificateDer), unfitFor('otherKey'));
  await assert.rejects(proveKey(key, new Uint8Array(9)), unfitFor('unreadable'));
  const asked = key.asked.length;
  await proveKey(key, root.certificateDer);
  await proveKey(key, root.certificateDer);
  const [one, two] = key.asked.slice(asked).map((data) => Buffer.from(data));
  assert.notDeepEqual(one, two, 'a fresh text each time');
  assert.notEqual(one![0], 0x30);
  const closed = softwareKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
  const ownRoot = await makeRootCertificate({ ...names, commonName: 'R', years: 1, key: closed, now });
  closed.close();
  await assert.rejects(proveKey(closed, ownRoot), withCode('ca.locked' satisfies ErrorCode));
});

test('an end is soon from 90 days before, and days are whole ones', () => {
  const at = (days: number, ms = 0) => expiryOf(new Date(now.getTime() + days * dayMs + ms), now);
  assert.deepEqual(at(400), { daysLeft: 400, expiry: 'well' });
  assert.deepEqual(at(90, 1), { daysLeft: 90, expiry: 'well' });
  assert.deepEqual(at(90), { daysLeft: 90, expiry: 'soon' });
  assert.deepEqual(at(1, -1), { daysLeft: 0, expiry: 'soon' });
  assert.deepEqual(at(0), { daysLeft: 0, expiry: 'soon' });
  assert.deepEqual(at(0, -1), { daysLeft: -1, expiry: 'expired' });
});
