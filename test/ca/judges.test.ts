/** Every profile with every type of key, from CAs of every type of key, parsed and verified by OpenSSL and GnuTLS. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { type Profile, pemOf, profileNamed, verifyChain } from '../../app/ca/index.ts';
import {
  type CaKey,
  caWith,
  certtool,
  checked,
  ecdsaWithSha256,
  fullFields,
  fullProfile,
  fullProfileFile,
  issue,
  makeCsr,
  needTools,
  now,
  openssl,
  scratch,
  sha256WithRsa,
  type TestCa,
} from './support.ts';

const signedWith = (algorithm: string): Profile => {
  const kind = algorithm.startsWith('ecdsa') ? 'P-256' : 'RSA';
  return checked({ ...fullProfileFile, name: algorithm.toLowerCase(), signature: { [kind]: algorithm } });
};
const profiles: Profile[] = [profileNamed('aws-iot-device'), profileNamed('ieee-802.1ar-idevid'), fullProfile];
const unitKeys: Record<string, () => KeyObject> = {
  'P-256': () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  'P-384': () => generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey,
  'RSA-2048': () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
};
const caKeys: CaKey[] = ['P-256', 'P-384', 'RSA-2048'];

function csrFor(keyType: string): Uint8Array {
  const key = unitKeys[keyType]!();
  return makeCsr('SN-1', { key, algorithm: keyType.startsWith('RSA') ? sha256WithRsa : ecdsaWithSha256 }).csrDer;
}

function judge(t: TestContext, certificateDer: Uint8Array, { hierarchy: { root, issuing } }: TestCa): string {
  const file = scratch(t);
  const [leafPem, issuingPem, rootPem] = [certificateDer, issuing.certificateDer, root.certificateDer].map((der) =>
    pemOf('CERTIFICATE', der),
  ) as [string, string, string];
  const chain = ['-CAfile', file('root', rootPem), '-untrusted', file('issuing', issuingPem)];
  const byOpenssl = openssl(['verify', '-x509_strict', '-purpose', 'sslclient', ...chain, file('leaf', leafPem)]);
  assert.ok(byOpenssl.ok, byOpenssl.output);
  const byGnutls = certtool(['--verify', '--load-ca-certificate', file('root')], leafPem + issuingPem + rootPem);
  assert.ok(byGnutls.ok, byGnutls.output);
  assert.match(byGnutls.output, /Verified\. The certificate is trusted/);
  verifyChain(certificateDer, [issuing.certificateDer, root.certificateDer], now);
  const shown = ['-noout', '-text', '-nameopt', 'RFC2253,utf8,-esc_msb', '-in', file('leaf')];
  return openssl(['x509', ...shown]).output;
}

for (const caKey of caKeys) {
  for (const profile of profiles) {
    test(`${profile.name} from a CA with ${caKey}, for every type of key`, async (t) => {
      if (!needTools(t, 'openssl', 'certtool')) return;
      const ca = await caWith(caKey);
      for (const keyType of Object.keys(unitKeys)) {
        const { csr, certificateDer } = await issue(csrFor(keyType), 'SN-1', ca, { profile, fields: fullFields });
        assert.equal(csr.keyType, keyType);
        const text = judge(t, certificateDer, ca);
        const usage = keyType === 'RSA-2048' ? 'Digital Signature, Key Encipherment' : 'Digital Signature';
        assert.match(text, new RegExp(`Key Usage: critical\\s+${usage}\\n`));
      }
    });
  }
}

const algorithms: [string, CaKey, RegExp][] = [
  ['ecdsa-with-SHA256', 'P-256', /Signature Algorithm: ecdsa-with-SHA256/],
  ['ecdsa-with-SHA384', 'P-256', /Signature Algorithm: ecdsa-with-SHA384/],
  ['ecdsa-with-SHA512', 'P-256', /Signature Algorithm: ecdsa-with-SHA512/],
  ['sha256WithRSAEncryption', 'RSA-2048', /Signature Algorithm: sha256WithRSAEncryption/],
  ['sha384WithRSAEncryption', 'RSA-2048', /Signature Algorithm: sha384WithRSAEncryption/],
  ['sha512WithRSAEncryption', 'RSA-2048', /Signature Algorithm: sha512WithRSAEncryption/],
  [
    'rsassaPss-SHA256',
    'RSA-2048',
    /rsassaPss\s+Hash Algorithm: sha256\s+Mask Algorithm: mgf1 with sha256\s+Salt Length: 0x20/,
  ],
  [
    'rsassaPss-SHA384',
    'RSA-2048',
    /rsassaPss\s+Hash Algorithm: sha384\s+Mask Algorithm: mgf1 with sha384\s+Salt Length: 0x30/,
  ],
  [
    'rsassaPss-SHA512',
    'RSA-2048',
    /rsassaPss\s+Hash Algorithm: sha512\s+Mask Algorithm: mgf1 with sha512\s+Salt Length: 0x40/,
  ],
];

for (const [algorithm, caKey, shown] of algorithms) {
  test(`a profile has its CA sign with ${algorithm}`, async (t) => {
    if (!needTools(t, 'openssl', 'certtool')) return;
    const ca = await caWith(caKey);
    const terms = { profile: signedWith(algorithm), fields: fullFields };
    const { certificateDer } = await issue(csrFor('P-256'), 'SN-1', ca, terms);
    const text = judge(t, certificateDer, ca);
    assert.match(text, shown);
    assert.equal(text.match(/Signature Algorithm: (\S+)/g)?.length, 2, 'inside and outside');
  });
}

test('everything a profile can ask for is in the certificate, as OpenSSL and GnuTLS read it', async (t) => {
  if (!needTools(t, 'openssl', 'certtool')) return;
  const ca = await caWith('P-256');
  const { certificateDer } = await issue(csrFor('P-256'), 'SN-1', ca, { profile: fullProfile, fields: fullFields });
  const text = judge(t, certificateDer, ca);
  const subject = 'CN=SN-1,dnQualifier=M-1,serialNumber=SN-1,OU=Sensors,O=Tømmer & Co,L=Bergen,ST=Vestland,C=NO';
  assert.ok(text.includes(`Subject: ${subject}\n`), text);
  assert.match(text, /Not After : Dec 31 23:59:59 2034 GMT/);
  assert.match(text, /URI:urn:example:unit:SN-1, DNS:SN-1\.units\.example, othername: 1\.3\.6\.1\.4\.1\.99999\.7/);
  assert.match(text, /Policy: 1\.3\.6\.1\.4\.1\.99999\.2\.1\n/);
  assert.match(text, /CRL Distribution Points:\s+Full Name:\s+URI:http:\/\/crl\.units\.example\/issuing\.crl/);
  const gnutls = certtool(['--certificate-info'], pemOf('CERTIFICATE', certificateDer)).output;
  assert.match(gnutls, /URI: urn:example:unit:SN-1/);
  assert.match(gnutls, /DNSname: SN-1\.units\.example/);
  assert.match(gnutls, /1\.3\.6\.1\.4\.1\.99999\.2\.1/);
  assert.match(gnutls, /http:\/\/crl\.units\.example\/issuing\.crl/);
});

test("an IDevID has its unit's serial number, no end, and hardwareModuleName as RFC 4108 lays it out", async (t) => {
  if (!needTools(t, 'openssl', 'certtool')) return;
  const ca = await caWith('P-256');
  const profile = profileNamed('ieee-802.1ar-idevid');
  const { certificateDer } = await issue(csrFor('P-256'), 'SN-1', ca, { profile, fields: fullFields });
  const text = judge(t, certificateDer, ca);
  assert.match(text, /Subject: CN=SN-1,serialNumber=SN-1,O=Tømmer & Co\n/);
  assert.match(text, /Not After : Dec 31 23:59:59 9999 GMT/);
  assert.doesNotMatch(text, /Extended Key Usage/);
  const file = scratch(t);
  openssl(
    ['asn1parse', '-inform', 'DER', '-noout', '-strparse', String(altNameOffset(certificateDer)), '-out', file('san')],
    certificateDer,
  );
  const parsed = openssl(['asn1parse', '-inform', 'DER'], readFileSync(file('san'))).output;
  // SEQUENCE { [0] { id-on-hardwareModuleName, [0] { SEQUENCE { hwType 2.25.uuid, hwSerialNum } } } }
  assert.match(
    parsed,
    /SEQUENCE[\s\S]+cont \[ 0 \][\s\S]+OBJECT\s+:(1\.3\.6\.1\.5\.5\.7\.8\.4|.*[Hh]ardware.*)\n[\s\S]+cont \[ 0 \][\s\S]+SEQUENCE[\s\S]+OBJECT\s+:2\.25\.\d{36,39}\n[\s\S]+OCTET STRING\s+:0123456789abcdef/,
  );
});

/** Where OpenSSL says the extension's OCTET STRING begins. */
function altNameOffset(certificateDer: Uint8Array): number {
  const lines = openssl(['asn1parse', '-inform', 'DER'], certificateDer).output.split('\n');
  const at = lines.findIndex((line) => line.includes('X509v3 Subject Alternative Name'));
  return Number(/^\s*(\d+):/.exec(lines[at + 1] ?? '')?.[1]);
}
