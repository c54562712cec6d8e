/** The quick reader of certificates beside OpenSSL: where it answers, both say the same. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { after, suite, test } from 'node:test';
import fc from 'fast-check';
import { quickFacts } from '../../app/practice/aws/iot/quick.ts';
import { armour, checkQuality, parsePem } from '../../app/practice/aws/iot/x509.ts';
import { testCa } from '../ca/support.ts';
import { createPki } from './pki.ts';

suite('certificates that are read quickly', () => {
  const pki = createPki();
  after(() => pki.remove());
  const ca = new X509Certificate(pki.ca('ca'));
  const device = pki.issue('device-1');
  const { raw } = new X509Certificate(device);
  const usual = quickFacts(device);

  test('a usual certificate is one of them, and others of the same CA have its lineage', () => {
    assert.ok(usual);
    assert.equal(quickFacts(pki.issue('device-2'))?.lineage, usual.lineage);
    assert.deepEqual(usual.raw, raw);
  });

  test('a certificate of the station is one of them, with a name of any letters', async () => {
    const { hierarchy } = await testCa();
    const { certificateDer } = hierarchy.issuing;
    const facts = quickFacts(armour(Buffer.from(certificateDer).toString('base64')));
    assert.ok(facts);
    assert.ok(Buffer.from(facts.issuer, 'latin1').includes('Tømmer'));
  });

  test('an RSA key, an end without a newline and a second certificate are left to OpenSSL', () => {
    const rsa = ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'];
    assert.equal(quickFacts(pki.issue('device-3', { key: rsa })), undefined);
    assert.equal(quickFacts(device.replaceAll('\n', '\r\n')), undefined);
    assert.equal(quickFacts(device + device), undefined);
  });

  test('a key that is no point of its curve is a refusal of the certificate, and ends no task', () => {
    const p384 = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'];
    const { raw: der, publicKey } = new X509Certificate(pki.issue('device-4', { key: p384 }));
    const spki = publicKey.export({ type: 'spki', format: 'der' });
    der.writeUInt8(der[der.indexOf(spki) + spki.length - 1]! ^ 1, der.indexOf(spki) + spki.length - 1);
    const damaged = parsePem(armour(der.toString('base64')));
    assert.throws(() => checkQuality(damaged, new Date()), { name: 'CertificateValidationException' });
  });

  test('whatever is damaged: what it reads, OpenSSL reads alike', () => {
    const edits = fc.array(fc.tuple(fc.nat(raw.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 });
    let read = 0;
    fc.assert(
      fc.property(edits, (all) => {
        const der = Buffer.from(raw);
        for (const [at, byte] of all) der[at] = byte;
        const pem = armour(der.toString('base64'));
        const quick = quickFacts(pem);
        if (!quick) return;
        read += 1;
        const x509 = new X509Certificate(pem);
        assert.deepEqual(quick.raw, x509.raw);
        assert.deepEqual(x509.publicKey.asymmetricKeyDetails, { namedCurve: 'prime256v1' });
        assert.equal(quick.notBefore, Date.parse(x509.validFrom) / 1000);
        assert.equal(quick.notAfter, Date.parse(x509.validTo) / 1000);
        if (quick.lineage === usual?.lineage) assert.ok(x509.checkIssued(ca));
        if (quick.issuer === usual?.issuer) assert.equal(x509.issuer, ca.subject);
      }),
      { numRuns: 5000 },
    );
    assert.ok(read > 500, 'most damage is in the signature, the serial number or a name');
  });
});
