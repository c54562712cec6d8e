import { hash, type KeyObject, verify, X509Certificate } from 'node:crypto';
import { iotError } from '../errors.ts';
import { type QuickFacts, quickFacts } from './quick.ts';

/**
 * AWS's checks of a certificate ("X.509 client certificates", AWS IoT developer guide). Refusals:
 * CertificateValidationException.
 */

/** A certificate, its id (SHA-256 of the DER, lower-case hex) and its DER, also in base64. */
export type Parsed = {
  id: string;
  raw: Buffer;
  der: string;
  /** Absent for a certificate of an unusual shape. */
  quick?: QuickFacts;
  /** As OpenSSL reads it. The first who asks for it has it made. */
  x509: X509Certificate;
};

/** Few, so that most of them go young: what a garbage collection must finish one by one stops everything. */
const maxRecent = 80;

/**
 * Reads exactly one PEM certificate. The last ones that were read are kept, because each line of a registration task
 * has the same certificate of the CA, and each certificate is read in several steps.
 * @throws ServiceError CertificateValidationException
 */
export function parsePem(pem: string): Parsed {
  const held = recent.get(pem);
  if (held) {
    // The latest that was asked for goes last, so that the CA of many lines stays.
    recent.delete(pem);
    recent.set(pem, held);
    return held;
  }
  if (pem.split('-----BEGIN CERTIFICATE-----').length !== 2) {
    throw invalid('Expected exactly one certificate in PEM.');
  }
  const parsed = read(pem);
  recent.delete(recent.size < maxRecent ? pem : (recent.keys().next().value ?? pem));
  recent.set(pem, parsed);
  return parsed;
}

/** PEM with lines of 64 characters, from DER in base64. */
export function armour(base64: string): string {
  let text = '-----BEGIN CERTIFICATE-----\n';
  for (let at = 0; at < base64.length; at += 64) text += `${base64.slice(at, at + 64)}\n`;
  return `${text}-----END CERTIFICATE-----\n`;
}

const recent = new Map<string, Parsed>();

function read(pem: string): Parsed {
  const quick = quickFacts(pem);
  let x509 = quick ? undefined : readWhole(pem);
  const raw = quick?.raw ?? x509!.raw;
  return {
    ...{ raw, id: hash('sha256', raw, 'hex'), der: raw.toString('base64'), ...(quick && { quick }) },
    get x509() {
      x509 ??= readWhole(pem);
      return x509;
    },
  };
}

function readWhole(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw invalid('The certificate is not valid X.509.');
  }
}

/** Checks signature algorithm, key and validity. */
export function checkQuality(certificate: Parsed, now: Date): void {
  if (!acceptedSignature(algorithmIdentifier(certificate.raw))) {
    throw invalid('The signature algorithm is not supported: use SHA-256, SHA-384 or SHA-512 with RSA or ECDSA.');
  }
  // What is read quickly has a key of P-256.
  if (!certificate.quick && !hasStrongKey(certificate.x509))
    throw invalid('The key is not supported: use RSA of 2048 bits or more, or P-256, P-384, P-521.');
  checkValidity(certificate, now);
}

function hasStrongKey(certificate: X509Certificate): boolean {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = readableKey(certificate) ?? {};
  if (type === 'ec') return ['prime256v1', 'secp384r1', 'secp521r1'].includes(details?.namedCurve ?? '');
  return (type === 'rsa' || type === 'rsa-pss') && (details?.modulusLength ?? 0) >= 2048;
}

/** Undefined for a key that OpenSSL does not read, such as a point that is not on its curve. */
function readableKey(certificate: X509Certificate): KeyObject | undefined {
  try {
    return certificate.publicKey;
  } catch {
    return undefined;
  }
}

export function checkValidity(certificate: Parsed, now: Date): void {
  const { notBefore, notAfter } = validity(certificate);
  if (now.getTime() / 1000 < notBefore) throw invalid('The certificate is not valid yet.');
  if (now.getTime() / 1000 > notAfter) throw invalid('The certificate has expired.');
}

/** The validity in epoch seconds, as the API gives it. */
export const validity = (certificate: Parsed): { notBefore: number; notAfter: number } =>
  certificate.quick ?? {
    notBefore: Date.parse(certificate.x509.validFrom) / 1000,
    notAfter: Date.parse(certificate.x509.validTo) / 1000,
  };

/** The name of the issuer, as the subject of a CA is shown. */
export const issuerName = (certificate: Parsed): string =>
  certificate.quick === undefined
    ? certificate.x509.issuer
    : issuerNames(certificate.quick.issuer, () => certificate.x509.issuer);
const issuerNames = remembered<string>();

/** Checks issuer name, key identifiers and signature. */
export function checkSignedBy(certificate: Parsed, issuer: Parsed): void {
  const isIssued = () => certificate.x509.checkIssued(issuer.x509);
  const { quick } = certificate;
  const mayBe = quick === undefined ? isIssued() : lineages(`${issuer.id} ${quick.lineage}`, isIssued);
  if (!mayBe || !isSigned(certificate, issuer)) {
    throw invalid('The certificate was not signed by the CA certificate.');
  }
}
const lineages = remembered<boolean>();

/** The latest answers to a question that is the same for most certificates. */
function remembered<T>(): (about: string, answer: () => T) => T {
  const known = new Map<string, T>();
  return (about, answer) => {
    const before = known.get(about);
    if (before !== undefined) return before;
    const now = answer();
    if (known.size >= maxRecent) known.clear();
    known.set(about, now);
    return now;
  };
}

/** Signatures that were checked already, by certificate. */
const checked = new WeakMap<Parsed, { issuer: string; holds: boolean }>();

function isSigned(certificate: Parsed, issuer: Parsed): boolean {
  const known = checked.get(certificate);
  return known?.issuer === issuer.id ? known.holds : certificate.x509.verify(keyOf(issuer));
}

/**
 * Checks the signature of a certificate on another thread, so that `checkSignedBy` need not. For those who have many of
 * them to check. Nothing is decided here, and nothing is refused.
 */
export async function checkAhead(certificate: Parsed, issuer: Parsed): Promise<void> {
  const { raw } = certificate;
  const [tbs, algorithm] = partsOf(raw);
  const hash = signatureHashes[algorithm.oid];
  if (hash === undefined || checked.has(certificate)) return;
  const signature = element(raw, algorithm.to);
  const holds = await verified(
    hash,
    raw.subarray(tbs.at, tbs.to),
    keyOf(issuer),
    raw.subarray(signature.from + 1, signature.to),
  );
  checked.set(certificate, { issuer: issuer.id, holds });
}

const verified = (hash: string, data: Buffer, key: KeyObject, signature: Buffer): Promise<boolean> =>
  new Promise((resolve, reject) =>
    verify(hash, data, key, signature, (error, holds) => (error ? reject(error) : resolve(holds))),
  );

/** The public key of a CA, which is the same for many certificates. */
function keyOf(certificate: Parsed): KeyObject {
  const key = keys.get(certificate) ?? certificate.x509.publicKey;
  keys.set(certificate, key);
  return key;
}
const keys = new WeakMap<Parsed, KeyObject>();

export const commonName = ({ x509 }: Parsed): string | undefined => {
  const name = x509.toLegacyObject().subject.CN as string | string[] | undefined;
  return Array.isArray(name) ? name[0] : name;
};

export const invalid = (message: string) => iotError('CertificateValidationException', message);

/** The signature algorithms that are accepted beside RSASSA-PSS, by OID (DER in hex), and the hash of each. */
export const signatureHashes: Readonly<Record<string, string>> = {
  '2a864886f70d01010b': 'sha256', // sha256WithRSAEncryption
  '2a864886f70d01010c': 'sha384',
  '2a864886f70d01010d': 'sha512',
  '2a8648ce3d040302': 'sha256', // ecdsa-with-SHA256
  '2a8648ce3d040303': 'sha384',
  '2a8648ce3d040304': 'sha512',
};
const rsassaPss = '2a864886f70d01010a';
/** [0] { AlgorithmIdentifier { id-sha256 | id-sha384 | id-sha512 … of RSASSA-PSS-params, whose default is SHA-1 (RFC 4055 §3.1). */
const pssHashSha2 = /^a00[df]30(0d0609|0b0609)60864801650304020[123]/;

function acceptedSignature({ oid, parameters }: { oid: string; parameters: string }): boolean {
  if (Object.hasOwn(signatureHashes, oid)) return true;
  return oid === rsassaPss && pssHashSha2.test(parameters.replace(/^30(?:8[0-9a-f]{3}|[0-7][0-9a-f])/, ''));
}

/**
 * Certificate.signatureAlgorithm (RFC 5280 §4.1). It is read from the DER, because some runtimes' X509Certificate lacks
 * it.
 */
function algorithmIdentifier(der: Buffer): { oid: string; parameters: string } {
  const [, { oid, parameters }] = partsOf(der);
  return { oid, parameters };
}

type Element = { at: number; from: number; to: number };

/** The TBSCertificate and the signatureAlgorithm after it. */
function partsOf(der: Buffer): [tbs: Element, algorithm: Element & { oid: string; parameters: string }] {
  const tbs = element(der, element(der, 0).from);
  const algorithm = element(der, tbs.to);
  const oid = element(der, algorithm.from);
  return [
    tbs,
    {
      ...algorithm,
      oid: der.subarray(oid.from, oid.to).toString('hex'),
      parameters: der.subarray(oid.to, algorithm.to).toString('hex'),
    },
  ];
}

/** The bounds of the DER element at an offset: where it begins, where its content begins, where it ends. */
export function element(der: Buffer, at: number): Element {
  const first = der.readUInt8(at + 1);
  const bytes = first < 0x80 ? 0 : first & 0x7f;
  const length = bytes === 0 ? first : der.readUIntBE(at + 2, bytes);
  const from = at + 2 + bytes;
  return { at, from, to: from + length };
}
