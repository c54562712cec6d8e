/** The two CAs made at set-up, judged by OpenSSL. */
import assert from 'node:assert/strict';
import { createPublicKey, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { assertUsable, createHierarchy, decryptKey, issuerFrom } from '../../app/ca/index.ts';
import { needTools, now, openssl, passphrase, scratch, testCa, withCode } from './support.ts';

const { root, issuing } = (await testCa()).hierarchy;
const textOf = (der: Uint8Array) =>
  openssl(['x509', '-inform', 'DER', '-noout', '-text', '-nameopt', 'RFC2253,utf8,-esc_msb'], der).output;

test('root and issuing CA are CAs of the right depth, and OpenSSL verifies one by the other', (t) => {
  if (!needTools(t, 'openssl')) return;
  const file = scratch(t);
  const [rootFile, issuingFile] = [root, issuing].map(({ certificateDer }, i) =>
    file(`${i}`, new X509Certificate(certificateDer).toString()),
  ) as [string, string];
  const verified = openssl(['verify', '-x509_strict', '-check_ss_sig', '-CAfile', rootFile, issuingFile]);
  assert.ok(verified.ok, verified.output);
  const subjects = ['CN=Line 4 Root CA,O=Tømmer & Co', 'CN=Line 4 Issuing CA,O=Tømmer & Co'];
  for (const [i, ca] of [root, issuing].entries()) {
    const text = textOf(ca.certificateDer);
    assert.ok(text.includes(`Subject: ${subjects[i]}\n`), text);
    assert.match(text, new RegExp(`Basic Constraints: critical\\s+CA:TRUE, pathlen:${1 - i}\\n`));
    assert.match(text, /Key Usage: critical\s+Certificate Sign, CRL Sign\n/);
    assert.match(text, /NIST CURVE: P-256/);
    assert.match(text, /Subject Key Identifier/);
  }
});

test('the root lives 20 years, the issuing CA 10, both from a day ago', () => {
  const spans = [root, issuing].map(({ certificateDer }) => issuerFrom(certificateDer));
  for (const [i, { notBefore, notAfter }] of spans.entries()) {
    assert.equal(notAfter.getUTCFullYear() - now.getUTCFullYear(), i === 0 ? 20 : 10);
    assert.equal(notBefore.getTime(), Math.floor(now.getTime() / 1000) * 1000 - 24 * 3600 * 1000);
  }
});

test('each key file holds the key of its certificate', async () => {
  for (const { certificateDer, encryptedKeyPem } of [root, issuing]) {
    const key = createPublicKey(await decryptKey(encryptedKeyPem, passphrase));
    assert.ok(new X509Certificate(certificateDer).publicKey.equals(key));
  }
});

test('a practice hierarchy is marked in both subjects, and known by it', async () => {
  const practice = (await testCa(true)).hierarchy;
  for (const { certificateDer } of [practice.root, practice.issuing]) {
    assert.equal(issuerFrom(certificateDer).practice, true);
    assert.match(issuerFrom(certificateDer).subjectText, /,OU=PRACTICE,/);
  }
  assert.equal(issuerFrom(issuing.certificateDer).practice, false);
});

test('outside its validity a CA is not usable', () => {
  const issuer = issuerFrom(issuing.certificateDer);
  assertUsable(issuer, now);
  assert.throws(() => assertUsable(issuer, new Date(issuer.notAfter.getTime() + 1)), withCode('ca.expired'));
  assert.throws(() => assertUsable(issuer, new Date(issuer.notBefore.getTime() - 1)), withCode('ca.expired'));
});

test('a name that cannot stand in a subject, or a weak passphrase, makes nothing', async () => {
  const request = { name: 'Line 4', organisation: 'O', passphrase, practice: false, now };
  await assert.rejects(createHierarchy({ ...request, name: 'N'.repeat(60) }), withCode('call.badParams'));
  await assert.rejects(createHierarchy({ ...request, organisation: '' }), withCode('call.badParams'));
  await assert.rejects(createHierarchy({ ...request, passphrase: 'short' }), withCode('ca.weakPassphrase'));
});
