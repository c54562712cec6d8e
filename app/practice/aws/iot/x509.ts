import { createHash, X509Certificate } from 'node:crypto';
import { iotError } from '../errors.ts';

/**
 * AWS's checks of a certificate ("X.509 client certificates", AWS IoT developer guide). Refusals:
 * CertificateValidationException.
 */

/** Reads exactly one PEM certificate. */
export function parsePem(pem: string): X509Certificate {
  if (pem.split('-----BEGIN CERTIFICATE-----').length !== 2) {
    throw invalid('Expected exactly one certificate in PEM.');
  }
  try {
    return new X509Certificate(pem);
  } catch {
    throw invalid('The certificate is not valid X.509.');
  }
}

/** certificateId: SHA-256 of the DER, lower-case hex. */
export const idOf = (certificate: X509Certificate): string =>
  createHash('sha256').update(certificate.raw).digest('hex');

/** Checks signature algorithm, key and validity. */
export function checkQuality(certificate: X509Certificate, now: Date): void {
  if (!acceptedSignature(algorithmIdentifier(certificate.raw))) {
    throw invalid('The signature algorithm is not supported: use SHA-256, SHA-384 or SHA-512 with RSA or ECDSA.');
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = certificate.publicKey;
  const strong =
    type === 'ec'
      ? ['prime256v1', 'secp384r1', 'secp521r1'].includes(details?.namedCurve ?? '')
      : (type === 'rsa' || type === 'rsa-pss') && (details?.modulusLength ?? 0) >= 2048;
  if (!strong) throw invalid('The key is not supported: use RSA of 2048 bits or more, or P-256, P-384, P-521.');
  checkValidity(certificate, now);
}

export function checkValidity(certificate: X509Certificate, now: Date): void {
  const { notBefore, notAfter } = validity(certificate);
  if (now.getTime() / 1000 < notBefore) throw invalid('The certificate is not valid yet.');
  if (now.getTime() / 1000 > notAfter) throw invalid('The certificate has expired.');
}

/** The validity in epoch seconds, as the API gives it. */
export const validity = (certificate: X509Certificate): { notBefore: number; notAfter: number } => ({
  notBefore: Date.parse(certificate.validFrom) / 1000,
  notAfter: Date.parse(certificate.validTo) / 1000,
});

/** Checks issuer name, key identifiers and signature. */
export function checkSignedBy(certificate: X509Certificate, issuer: X509Certificate): void {
  if (!certificate.checkIssued(issuer) || !certificate.verify(issuer.publicKey)) {
    throw invalid('The certificate was not signed by the CA certificate.');
  }
}

export const commonName = (certificate: X509Certificate): string | undefined => {
  const name = certificate.toLegacyObject().subject.CN as string | string[] | undefined;
  return Array.isArray(name) ? name[0] : name;
};

export const invalid = (message: string) => iotError('CertificateValidationException', message);

const rsaOrEcdsaSha2 = new Set([
  '2a864886f70d01010b', // sha256WithRSAEncryption
  '2a864886f70d01010c', // sha384WithRSAEncryption
  '2a864886f70d01010d', // sha512WithRSAEncryption
  '2a8648ce3d040302', // ecdsa-with-SHA256
  '2a8648ce3d040303', // ecdsa-with-SHA384
  '2a8648ce3d040304', // ecdsa-with-SHA512
]);
const rsassaPss = '2a864886f70d01010a';
/** [0] { AlgorithmIdentifier { id-sha256 | id-sha384 | id-sha512 … of RSASSA-PSS-params, whose default is SHA-1 (RFC 4055 §3.1). */
const pssHashSha2 = /^a00[df]30(0d0609|0b0609)60864801650304020[123]/;

function acceptedSignature({ oid, parameters }: { oid: string; parameters: string }): boolean {
  if (rsaOrEcdsaSha2.has(oid)) return true;
  return oid === rsassaPss && pssHashSha2.test(parameters.replace(/^30(?:8[0-9a-f]{3}|[0-7][0-9a-f])/, ''));
}

/**
 * Certificate.signatureAlgorithm (RFC 5280 §4.1). It is read from the DER, because some runtimes' X509Certificate lacks
 * it.
 */
function algorithmIdentifier(der: Buffer): { oid: string; parameters: string } {
  const certificate = element(der, 0);
  const tbs = element(der, certificate.from);
  const algorithm = element(der, tbs.to);
  const oid = element(der, algorithm.from);
  return {
    oid: der.subarray(oid.from, oid.to).toString('hex'),
    parameters: der.subarray(oid.to, algorithm.to).toString('hex'),
  };
}

function element(der: Buffer, at: number): { from: number; to: number } {
  const first = der.readUInt8(at + 1);
  const bytes = first < 0x80 ? 0 : first & 0x7f;
  const length = bytes === 0 ? first : der.readUIntBE(at + 2, bytes);
  const from = at + 2 + bytes;
  return { from, to: from + length };
}
