/** A preview of a certificate. It reserves, signs and records nothing. */
import type { ProfileSection } from '../../contract/profile.ts';
import { hexOf, sameBytes } from '../asn1/node.ts';
import { oids } from '../asn1/oids.ts';
import { type LintFailure, lintFailures } from '../lints/linted.ts';
import { readAltNames } from '../x509/altname.ts';
import { readTbs } from '../x509/certificate.ts';
import {
  type ExtensionFacts,
  readBasicConstraints,
  readCertificatePolicies,
  readCrlDistributionPoints,
  readExtendedKeyUsage,
  readKeyUsage,
} from '../x509/extension.ts';
import { buildTbs, type TbsRequest } from '../x509/tbs.ts';
import { noExpiry } from './profile.ts';

export type PreviewExtension = {
  oid: string;
  name: string;
  critical: boolean;
  text: string;
  /** Why the item is there: the profile's citation. */
  source?: string;
};

export type CertificatePreview = {
  profile: string;
  subject: string;
  issuer: string;
  keyType: string;
  signatureAlgorithm: string;
  notBeforeAt: string;
  notAfterAt: string;
  /** False means "no well-defined expiration date" (RFC 5280 §4.1.2.5). */
  expires: boolean;
  subjectAltNames: string[];
  extensions: PreviewExtension[];
  /** DER, base64. Its certificate serial is an example: the real one is drawn when a certificate is issued. */
  tbsBase64: string;
  /** Reasons that would prevent signing. Empty when there are none. */
  problems: LintFailure[];
};

/**
 * Pure. Failed lints are listed in `problems`.
 * @throws as `buildTbs`
 */
export function previewCertificate(request: TbsRequest): CertificatePreview {
  const { profile, issuer, key } = request;
  const { tbsDer } = buildTbs(request);
  const tbs = readTbs(tbsDer);
  const extensions = tbs.extensions.map((one) => inWords(one, request));
  return {
    profile: profile.name,
    subject: tbs.subject.text,
    issuer: issuer.subjectText,
    keyType: key.keyType,
    signatureAlgorithm: tbs.signature.algorithm ?? tbs.signature.oid,
    notBeforeAt: tbs.notBefore.toISOString(),
    notAfterAt: tbs.notAfter.toISOString(),
    expires: tbs.notAfter.getTime() !== noExpiry.getTime(),
    subjectAltNames: tbs.extensions
      .filter(({ oid }) => oid === oids.subjectAltName)
      .flatMap((one) => namesIn(one.value)),
    extensions,
    tbsBase64: Buffer.from(tbsDer).toString('base64'),
    problems: lintFailures({ tbs, issuer, profile }),
  };
}

type InWords = { name: string; section?: ProfileSection; text: (value: Uint8Array, request: TbsRequest) => string };

const purposeNames: Readonly<Record<string, string>> = {
  [oids.clientAuth]: 'TLS client (clientAuth)',
  [oids.serverAuth]: 'TLS server (serverAuth)',
};

const words: Readonly<Record<string, InWords>> = {
  [oids.basicConstraints]: {
    name: 'basicConstraints',
    text: (value) => (readBasicConstraints(value).ca ? 'a CA' : 'not a CA'),
  },
  [oids.keyUsage]: { name: 'keyUsage', section: 'keyUsage', text: (value) => readKeyUsage(value).join(', ') },
  [oids.extendedKeyUsage]: {
    name: 'extKeyUsage',
    section: 'extendedKeyUsage',
    text: (value) =>
      readExtendedKeyUsage(value)
        .map((purpose) => purposeNames[purpose] ?? purpose)
        .join(', '),
  },
  [oids.subjectKeyIdentifier]: {
    name: 'subjectKeyIdentifier',
    text: (value) => `${hexOf(value.subarray(2))}, from the key`,
  },
  [oids.authorityKeyIdentifier]: {
    name: 'authorityKeyIdentifier',
    text: (value, { issuer }) =>
      sameBytes(value.subarray(4), issuer.ski) ? `${hexOf(issuer.ski)}, the issuing CA` : hexOf(value),
  },
  [oids.subjectAltName]: {
    name: 'subjectAltName',
    section: 'subjectAltNames',
    text: (value) => namesIn(value).join(', '),
  },
  [oids.certificatePolicies]: {
    name: 'certificatePolicies',
    section: 'policies',
    text: (value) =>
      readCertificatePolicies(value)
        .map(({ policy }) => policy)
        .join(', '),
  },
  [oids.crlDistributionPoints]: {
    name: 'cRLDistributionPoints',
    section: 'crlDistributionPoints',
    text: (value) => readCrlDistributionPoints(value).join(', '),
  },
};

/** Every extension the builder writes is in the table above. */
function inWords({ oid, critical, value }: ExtensionFacts, request: TbsRequest): PreviewExtension {
  const { name, section, text } = words[oid]!;
  const source = section && request.profile.sources[section];
  return { oid, name, critical, text: text(value, request), ...(source === undefined ? {} : { source }) };
}

const namesIn = (value: Uint8Array): string[] =>
  readAltNames(value).map((name) => {
    if (name.type === 'other') return `tag 0x${name.tag.toString(16)}`;
    if (name.type === 'otherName') return `otherName ${name.oid}: ${name.value}`;
    if (name.type !== 'hardwareModuleName') return `${name.type === 'dns' ? 'DNS' : 'URI'}: ${name.value}`;
    return `hardwareModuleName: type ${name.hwType}, serial ${Buffer.from(name.hwSerial).toString('utf8')}`;
  });
