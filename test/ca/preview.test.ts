/** The preview shows what issuing would make, and makes nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildTbs, defaultProfile, newSerial, parseCsr, previewCertificate, profileNamed } from '../../app/ca/index.ts';
import { fullFields, fullProfile, makeCsr, needTools, now, openssl, testCa } from './support.ts';

const { issuer } = await testCa();
const key = parseCsr(makeCsr('SN-1').csrDer);
const serialHex = newSerial();
const common = { issuer, key, serialHex, now, fields: fullFields };

test('its bytes are the bytes issuing would sign', () => {
  for (const profile of [defaultProfile, profileNamed('ieee-802.1ar-idevid'), fullProfile]) {
    const preview = previewCertificate({ ...common, profile });
    assert.equal(preview.tbsBase64, Buffer.from(buildTbs({ ...common, profile }).tbsDer).toString('base64'));
    assert.deepEqual(preview.problems, []);
  }
});

test('its bytes are what OpenSSL reads', async (t) => {
  if (!needTools(t, 'openssl')) return;
  const { tbsBase64 } = previewCertificate({ ...common, profile: fullProfile });
  const { ok, output } = openssl(['asn1parse', '-inform', 'DER'], Buffer.from(tbsBase64, 'base64'));
  assert.ok(ok, output);
  assert.match(output, /X509v3 CRL Distribution Points/);
});

test('it says in words what each extension means and where the rule is from', () => {
  const preview = previewCertificate({ ...common, profile: fullProfile });
  assert.equal(
    preview.subject,
    'CN=SN-1,dnQualifier=M-1,serialNumber=SN-1,OU=Sensors,O=Tømmer & Co,L=Bergen,ST=Vestland,C=NO',
  );
  assert.equal(preview.notAfterAt, '2034-12-31T23:59:59.000Z');
  assert.equal(preview.expires, true);
  assert.equal(preview.signatureAlgorithm, 'ecdsa-with-SHA256');
  assert.deepEqual(preview.subjectAltNames, [
    'URI: urn:example:unit:SN-1',
    'DNS: SN-1.units.example',
    'otherName 1.3.6.1.4.1.99999.7: M-1 No. SN-1',
    'hardwareModuleName: type 1.3.6.1.4.1.99999.1.4, serial 0123456789abcdef',
  ]);
  const said = Object.fromEntries(preview.extensions.map(({ name, critical, text }) => [name, [critical, text]]));
  assert.deepEqual(said.basicConstraints, [true, 'not a CA']);
  assert.deepEqual(said.keyUsage, [true, 'digitalSignature']);
  assert.deepEqual(said.extKeyUsage, [false, 'TLS client (clientAuth)']);
  assert.deepEqual(said.certificatePolicies, [false, '1.3.6.1.4.1.99999.2.1']);
  assert.deepEqual(said.cRLDistributionPoints, [false, 'http://crl.units.example/issuing.crl']);
  assert.match(String(said.authorityKeyIdentifier?.[1]), /, the issuing CA$/);
  const policy = preview.extensions.find(({ name }) => name === 'certificatePolicies');
  assert.equal(policy?.source, 'our certification practice statement, 7.1.6');
});

test('an identity without an end says so', () => {
  assert.equal(previewCertificate({ ...common, profile: profileNamed('ieee-802.1ar-idevid') }).expires, false);
});

test('what a lint would stop is shown with its source', () => {
  const keyUsage = { ec: ['keyAgreement' as const], rsa: ['digitalSignature' as const] };
  const { problems } = previewCertificate({ ...common, profile: { ...defaultProfile, keyUsage } });
  assert.deepEqual(
    problems.map(({ name }) => name),
    ['keyUsage.signs'],
  );
  assert.match(problems[0]?.source ?? '', /RFC 8446/);
});
