/** @peculiar/x509 on node's WebCrypto. */
import { randomBytes, webcrypto } from 'node:crypto';
import './reflect.ts';
import * as x509 from '@peculiar/x509';
import { type Contender, each, type Open } from './contender.ts';
import { days } from './material.ts';

const inFlight = 32;
const clientAuth = '1.3.6.1.5.5.7.3.2';

export const openPeculiar: Open = async ({ kind, ca, caPem }) => {
  x509.cryptoProvider.set(webcrypto as Crypto);
  const signingAlgorithm =
    kind === 'P-256'
      ? { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
      : { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const pkcs8 = ca.key.export({ type: 'pkcs8', format: 'der' });
  const signingKey = await webcrypto.subtle.importKey('pkcs8', pkcs8, signingAlgorithm, false, ['sign']);
  const issuer = new x509.X509Certificate(caPem);
  const { digitalSignature, keyEncipherment } = x509.KeyUsageFlags;
  const usages = kind === 'P-256' ? digitalSignature : digitalSignature | keyEncipherment;
  const peer: Contender = {
    name: '@peculiar/x509',
    role: 'peer',
    note: 'no key tests, no lint, no verification of what it signed, no record; 32 under way',
    issue: (requests) =>
      each(requests, inFlight, async ({ csrDer }) => {
        const request = new x509.Pkcs10CertificateRequest(csrDer as Uint8Array<ArrayBuffer>);
        if (!(await request.verify())) throw new Error('@peculiar/x509: the request does not verify');
        const now = Date.now();
        const certificate = await x509.X509CertificateGenerator.create({
          serialNumber: `4${randomBytes(16).toString('hex').slice(1)}`,
          subject: request.subjectName,
          issuer: issuer.subjectName,
          notBefore: new Date(now - 24 * 3600 * 1000),
          notAfter: new Date(now + days * 24 * 3600 * 1000),
          signingAlgorithm,
          publicKey: request.publicKey,
          signingKey: signingKey as CryptoKey,
          extensions: [
            new x509.BasicConstraintsExtension(false, undefined, true),
            new x509.KeyUsagesExtension(usages, true),
            new x509.ExtendedKeyUsageExtension([clientAuth]),
            await x509.SubjectKeyIdentifierExtension.create(request.publicKey),
            new x509.AuthorityKeyIdentifierExtension(Buffer.from(ca.issuer.ski).toString('hex')),
          ],
        });
        return new Uint8Array(certificate.rawData);
      }),
  };
  return [peer];
};
