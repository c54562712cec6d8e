/** From request to certificate, judged by OpenSSL and GnuTLS. */
import assert from 'node:assert/strict';
import { createHash, sign, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { assemble, certificateId, pemOf, verifyChain, verifyIssued, verifyProof } from '../../app/ca/index.ts';
import { certtool, issue, makeCsr, needTools, now, openssl, scratch, testCa, withCode } from './support.ts';

const keyMakers: Record<string, readonly string[]> = {
  'P-256': ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  'P-384': ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  'P-521': ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-521'],
  'RSA-2048': ['-newkey', 'rsa:2048'],
};
const wishes = ['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'subjectAltName=DNS:wished.example'];

/** Both judges on the whole chain. */
async function judge(t: TestContext, certificateDer: Uint8Array, practice = false): Promise<void> {
  const file = scratch(t);
  const { root, issuing } = (await testCa(practice)).hierarchy;
  const [leafPem, issuingPem, rootPem] = [certificateDer, issuing.certificateDer, root.certificateDer].map((der) =>
    pemOf('CERTIFICATE', der),
  ) as [string, string, string];
  const chain = ['-CAfile', file('root', rootPem), '-untrusted', file('issuing', issuingPem)];
  const byOpenssl = openssl(['verify', '-x509_strict', '-purpose', 'sslclient', ...chain, file('leaf', leafPem)]);
  assert.ok(byOpenssl.ok, byOpenssl.output);
  const byGnutls = certtool(['--verify', '--load-ca-certificate', file('root')], leafPem + issuingPem + rootPem);
  assert.ok(byGnutls.ok, byGnutls.output);
}

const textOf = (certificateDer: Uint8Array): string =>
  openssl(['x509', '-inform', 'DER', '-noout', '-text', '-nameopt', 'RFC2253,utf8,-esc_msb'], certificateDer).output;

for (const [keyType, maker] of Object.entries(keyMakers)) {
  test(`openssl's request for ${keyType} becomes a certificate that OpenSSL and GnuTLS verify`, async (t) => {
    if (!needTools(t, 'openssl', 'certtool')) return;
    const file = scratch(t);
    const out = ['-keyout', file('key'), '-out', file('csr')];
    const made = openssl(['req', '-new', '-nodes', ...maker, '-subj', '/O=Somebody/CN=SN-0001', ...wishes, ...out]);
    assert.ok(made.ok, made.output);
    const ca = await testCa();
    const { csr, certificateDer } = await issue(readFileSync(file('csr')), 'SN-0001', ca);
    assert.equal(csr.keyType, keyType);
    await judge(t, certificateDer);
    const text = textOf(certificateDer);
    assert.match(text, /Subject: CN=SN-0001,O=Tømmer & Co\n/);
    assert.match(text, /Issuer: CN=Line 4 Issuing CA,O=Tømmer & Co\n/);
    assert.match(text, /Basic Constraints: critical\s+CA:FALSE\n/);
    assert.match(text, /Extended Key Usage: \n\s+TLS Web Client Authentication\n/);
    const usage = keyType.startsWith('RSA') ? 'Digital Signature, Key Encipherment' : 'Digital Signature';
    assert.match(text, new RegExp(`Key Usage: critical\\s+${usage}\\n`));
    assert.doesNotMatch(text, /wished\.example|CA:TRUE|Somebody/);
    const authority = /Authority Key Identifier: \n\s+(\S+)/.exec(text)?.[1];
    const issuing = /Subject Key Identifier: \n\s+(\S+)/.exec(textOf(ca.hierarchy.issuing.certificateDer))?.[1];
    assert.equal(authority, issuing);
    assert.ok(issuing !== undefined);
  });
}

test("certtool's request is taken too", async (t) => {
  if (!needTools(t, 'openssl', 'certtool')) return;
  const file = scratch(t);
  const made = certtool([
    '--generate-privkey',
    '--key-type',
    'ecdsa',
    '--curve',
    'secp256r1',
    '--outfile',
    file('key'),
  ]);
  assert.ok(made.ok, made.output);
  const template = ['--template', file('template', 'cn = "SN-7"\nca\n')];
  const request = certtool([
    '--generate-request',
    '--load-privkey',
    file('key'),
    ...template,
    '--outfile',
    file('csr'),
  ]);
  assert.ok(request.ok, request.output);
  const { certificateDer } = await issue(readFileSync(file('csr')), 'SN-7', await testCa());
  await judge(t, certificateDer);
});

test('a certificate begins a day before it was made, ends with its CA, and its id is what AWS computes', async () => {
  const ca = await testCa();
  const { certificateDer, reservation } = await issue(makeCsr('SN-1').csrDer, 'SN-1', ca);
  const certificate = new X509Certificate(certificateDer);
  const day = 24 * 3600 * 1000;
  const second = Math.floor(now.getTime() / 1000) * 1000;
  assert.equal(Date.parse(certificate.validFrom), second - day);
  assert.ok(Date.parse(certificate.validTo) <= ca.issuer.notAfter.getTime());
  assert.equal(certificate.serialNumber.toLowerCase(), reservation.serialHex);
  assert.equal(certificateId(certificateDer), createHash('sha256').update(certificateDer).digest('hex'));
  assert.equal(certificate.fingerprint256.replaceAll(':', '').toLowerCase(), certificateId(certificateDer));
  const late = new Date(ca.issuer.notAfter.getTime() - day);
  const last = await issue(makeCsr('SN-2').csrDer, 'SN-2', ca, { at: late });
  assert.equal(Date.parse(new X509Certificate(last.certificateDer).validTo), ca.issuer.notAfter.getTime());
});

test('a practice CA marks what it issues, and its chain verifies', async (t) => {
  if (!needTools(t, 'openssl', 'certtool')) return;
  const { certificateDer } = await issue(makeCsr('SN-1').csrDer, 'SN-1', await testCa(true));
  assert.match(textOf(certificateDer), /Subject: CN=SN-1,OU=PRACTICE,O=Tømmer & Co\n/);
  assert.match(textOf(certificateDer), /Issuer: CN=Line 4 Issuing CA,OU=PRACTICE,O=Tømmer & Co\n/);
  await judge(t, certificateDer, true);
});

test('only the reserved bytes with the signature of the issuer pass as issued', async () => {
  const ca = await testCa();
  const { issuer } = ca;
  const mine = await issue(makeCsr('SN-1').csrDer, 'SN-1', ca);
  const other = await issue(makeCsr('SN-1').csrDer, 'SN-1', ca);
  const refused = (der: Uint8Array) =>
    assert.throws(() => verifyIssued(der, mine.reservation, issuer), withCode('ca.mismatch'));
  refused(other.certificateDer);
  refused(assemble(mine.reservation.tbsDer, issuer.algorithm, other.signature));
  refused(assemble(mine.reservation.tbsDer, 'ecdsa-with-SHA384', mine.signature));
  refused(mine.certificateDer.subarray(0, -1));
  refused(new Uint8Array(0));
  const stranger = makeCsr('x').privateKey;
  refused(assemble(mine.reservation.tbsDer, issuer.algorithm, sign('sha256', mine.reservation.tbsDer, stranger)));
  verifyIssued(mine.certificateDer, mine.reservation, issuer);
});

test('the chain is refused out of time, out of order, and with a stranger in it', async () => {
  const ca = await testCa();
  const stranger = await testCa(true);
  const { root, issuing } = ca.hierarchy;
  const { certificateDer } = await issue(makeCsr('SN-1').csrDer, 'SN-1', ca);
  const refused = (leaf: Uint8Array, middle: Uint8Array, top: Uint8Array, at = now) =>
    assert.throws(() => verifyChain(leaf, [middle, top], at), withCode('verify.chainInvalid'));
  const year = 365 * 24 * 3600 * 1000;
  verifyChain(certificateDer, [issuing.certificateDer, root.certificateDer], now);
  refused(certificateDer, issuing.certificateDer, root.certificateDer, new Date(now.getTime() + 11 * year));
  refused(certificateDer, issuing.certificateDer, root.certificateDer, new Date(now.getTime() - year));
  refused(certificateDer, root.certificateDer, root.certificateDer);
  refused(issuing.certificateDer, root.certificateDer, root.certificateDer);
  refused(certificateDer, issuing.certificateDer, stranger.hierarchy.root.certificateDer);
  refused(certificateDer, stranger.hierarchy.issuing.certificateDer, stranger.hierarchy.root.certificateDer);
  const broken = Uint8Array.from(certificateDer);
  broken[broken.length - 1]! ^= 1;
  refused(broken, issuing.certificateDer, root.certificateDer);
});

test('a device proves its key by signing a nonce, and nothing else proves it', async () => {
  const { csrDer, privateKey } = makeCsr('SN-1');
  const { csr, certificateDer } = await issue(csrDer, 'SN-1', await testCa());
  const nonce = Buffer.from('sixteen or more fresh random bytes');
  const signatureDer = sign('sha256', nonce, privateKey);
  assert.equal(verifyProof({ certificateDer, nonce, signatureDer }), true);
  assert.equal(verifyProof({ spkiDer: csr.spkiDer, nonce, signatureDer }), true);
  assert.equal(verifyProof({ certificateDer, nonce: Buffer.from('another'), signatureDer }), false);
  assert.equal(verifyProof({ certificateDer, nonce, signatureDer: new Uint8Array(8) }), false);
  assert.equal(verifyProof({ spkiDer: new Uint8Array(3), nonce, signatureDer }), false);
  const stranger = sign('sha256', nonce, makeCsr('x').privateKey);
  assert.equal(verifyProof({ certificateDer, nonce, signatureDer: stranger }), false);
});
