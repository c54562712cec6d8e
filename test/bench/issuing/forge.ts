/** node-forge: RSA only. */
import { randomBytes } from 'node:crypto';
import forge from 'node-forge';
import type { Open } from './contender.ts';
import { days } from './material.ts';

/** forge gives a UTF8String's octets as they are, and encodes them once more where they are written. */
const decoded = (attribute: forge.pki.CertificateField): forge.pki.CertificateField => ({
  ...attribute,
  value: forge.util.decodeUtf8(attribute.value as string),
});

export const openForge: Open = ({ kind, ca, caPem }) => {
  const name = 'node-forge';
  if (kind === 'P-256') return [{ name, cannot: 'reads no EC requests and signs with no EC key' }];
  const issuer = forge.pki.certificateFromPem(caPem);
  const key = forge.pki.privateKeyFromPem(ca.key.export({ type: 'pkcs1', format: 'pem' }) as string);
  const authority = (issuer.getExtension('subjectKeyIdentifier') as { subjectKeyIdentifier: string })
    .subjectKeyIdentifier;
  return [
    {
      name,
      role: 'peer',
      note: 'JavaScript arithmetic; no key tests, no lint, no verification of what it signed, no record',
      atMost: 8,
      issue: async (requests) =>
        requests.map(({ csrPem }) => {
          const request = forge.pki.certificationRequestFromPem(csrPem);
          if (!request.verify()) throw new Error('node-forge: the request does not verify');
          const certificate = forge.pki.createCertificate();
          certificate.publicKey = request.publicKey as forge.pki.PublicKey;
          certificate.serialNumber = `4${randomBytes(16).toString('hex').slice(1)}`;
          const now = Date.now();
          certificate.validity.notBefore = new Date(now - 24 * 3600 * 1000);
          certificate.validity.notAfter = new Date(now + days * 24 * 3600 * 1000);
          certificate.setSubject(request.subject.attributes.map(decoded));
          certificate.setIssuer(issuer.subject.attributes);
          certificate.setExtensions([
            { name: 'basicConstraints', cA: false, critical: true },
            { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
            { name: 'extKeyUsage', clientAuth: true },
            { name: 'subjectKeyIdentifier' },
            { name: 'authorityKeyIdentifier', keyIdentifier: forge.util.hexToBytes(authority) },
          ]);
          certificate.sign(key, forge.md.sha256.create());
          return forge.pki.certificateToPem(certificate);
        }),
    },
  ];
};
