/**
 * Reads the certificate of a CA, made by this station or elsewhere: what it says, and whether it is a CA certificate at
 * all.
 */
import type { KeyObject } from 'node:crypto';
import { StationError } from '../../contract/errors.ts';
import { sameBytes } from '../asn1/node.ts';
import { oids } from '../asn1/oids.ts';
import { algorithmFor, importKey, type KeyFacts, type KeyType, readKey } from '../keys/publickey.ts';
import { practiceUnit } from '../profiles/profile.ts';
import type { SignatureAlgorithm } from '../x509/algorithm.ts';
import { type CertificateView, certificateId, readCertificate, type TbsView } from '../x509/certificate.ts';
import {
  readBasicConstraints,
  readExtendedKeyUsage,
  readKeyUsage,
  readSubjectKeyIdentifier,
} from '../x509/extension.ts';
import { unfit } from './unfit.ts';

export type CaFacts = {
  /** SHA-256 of the certificate's DER, lower-case hex. */
  issuerId: string;
  certificateDer: Uint8Array;
  view: CertificateView;
  /** The DER of the subject, used unchanged as the issuer. */
  subjectDer: Uint8Array;
  subjectText: string;
  /** The whole subject when it has no common name. */
  commonName: string;
  /** Subject and issuer are the same. Such a certificate is a root once its signature is verified with its own key. */
  selfIssued: boolean;
  /** How many CAs may stand below this one, not counting the device. Undefined means any number. */
  pathLength: number | undefined;
  /** Old roots have none. */
  ski: Uint8Array | undefined;
  crlSign: boolean;
  notBefore: Date;
  notAfter: Date;
  keyType: KeyType;
  spkiSha256: string;
  publicKey: KeyObject;
  /** The algorithm this CA signs with. */
  algorithm: SignatureAlgorithm;
  /** A practice CA. Everything it issues carries OU=PRACTICE too. */
  practice: boolean;
};

/** Whether the subject carries the practice mark. */
export const isPractice = (tbs: TbsView): boolean =>
  tbs.subject.entries.some((entry) => entry.attribute === 'organizationalUnitName' && entry.value === practiceUnit);

/**
 * Reads any CA certificate. This is more lenient than `issuerOf`, which is for the CA that certifies devices: a root
 * may lack key usage and identifiers, as roots made with OpenSSL's example configuration do (RFC 5280 §6.1.1 (d): only
 * name and key of a trust anchor count).
 * @throws `ca.unfit` – `unreadable`, `notCa`, `constrained`, `wrongPurpose`, `weakKey`, `unsupported`
 */
export function readCa(certificateDer: Uint8Array): CaFacts {
  const der = Uint8Array.from(certificateDer);
  const view = readView(der);
  const { tbs } = view;
  const subjectText = tbs.subject.text;
  try {
    const { pathLength, crlSign } = readPowers(tbs);
    assertUnconstrained(tbs);
    const ski = contentsOf(tbs, oids.subjectKeyIdentifier);
    const key = readCaKey(tbs.spkiDer, subjectText);
    return {
      issuerId: certificateId(der),
      certificateDer: der,
      view,
      subjectDer: tbs.subjectDer,
      subjectText,
      commonName: tbs.subject.subject.commonName ?? subjectText,
      selfIssued: sameBytes(tbs.issuerDer, tbs.subjectDer),
      pathLength,
      ski: ski === undefined ? undefined : readSubjectKeyIdentifier(ski),
      crlSign,
      notBefore: tbs.notBefore,
      notAfter: tbs.notAfter,
      keyType: key.keyType,
      spkiSha256: key.spkiSha256,
      publicKey: importKey(key),
      algorithm: algorithmFor(key.keyType),
      practice: isPractice(tbs),
    };
  } catch (cause) {
    if (cause instanceof StationError) throw cause;
    throw unfit('unreadable', `the certificate of ${subjectText} cannot be read: ${(cause as Error).message}`, {
      cause,
    });
  }
}

function readView(der: Uint8Array): CertificateView {
  try {
    return readCertificate(der);
  } catch (cause) {
    throw unfit('unreadable', `a certificate cannot be read: ${(cause as Error).message}`, { cause });
  }
}

const contentsOf = (tbs: TbsView, oid: string): Uint8Array | undefined =>
  tbs.extensions.find((one) => one.oid === oid)?.value;

function readPowers(tbs: TbsView): { pathLength: number | undefined; crlSign: boolean } {
  const { text } = tbs.subject;
  const refuse = (why: string) =>
    unfit('notCa', `the certificate of ${text || 'an empty subject'} is not a CA's: ${why}`);
  if (tbs.subject.entries.length === 0) throw refuse('it has an empty subject');
  const constraints = contentsOf(tbs, oids.basicConstraints);
  if (constraints === undefined) throw refuse('it has no basic constraints');
  const { ca, pathLength } = readBasicConstraints(constraints);
  if (!ca) throw refuse('its basic constraints say so');
  const usage = contentsOf(tbs, oids.keyUsage);
  const isRoot = sameBytes(tbs.issuerDer, tbs.subjectDer);
  if (usage === undefined && !isRoot) throw refuse('it has no key usage');
  const usages = usage === undefined ? [] : readKeyUsage(usage);
  if (usage !== undefined && !usages.includes('keyCertSign')) throw refuse('its key may not sign certificates');
  return { pathLength, crlSign: usages.includes('cRLSign') };
}

/** Critical extensions that this module understands and checks. */
const understood: readonly string[] = [
  oids.basicConstraints,
  oids.keyUsage,
  oids.subjectKeyIdentifier,
  oids.authorityKeyIdentifier,
  oids.extendedKeyUsage,
  oids.subjectAltName,
  oids.certificatePolicies,
  oids.crlDistributionPoints,
];

function assertUnconstrained({ extensions, subject: { text } }: TbsView): void {
  const types = extensions.map(({ oid }) => oid);
  const twice = types.find((oid, i) => types.indexOf(oid) !== i);
  if (twice !== undefined) throw unfit('unreadable', `the certificate of ${text} has the extension ${twice} twice`);
  // Name constraints bind even when they are not critical, and this station does not check device names against them.
  const limit = extensions.find(
    ({ oid, critical }) => oid === oids.nameConstraints || (critical && !understood.includes(oid)),
  );
  if (limit !== undefined) {
    throw unfit(
      'constrained',
      `the certificate of ${text} has a limit this station cannot keep to (extension ${limit.oid})`,
    );
  }
  const purposes = extensions.find(({ oid }) => oid === oids.extendedKeyUsage);
  if (purposes === undefined) return;
  const named = readExtendedKeyUsage(purposes.value);
  if (!named.includes(oids.clientAuth) && !named.includes(oids.anyExtendedKeyUsage)) {
    throw unfit('wrongPurpose', `the certificate of ${text} is not for CAs of TLS clients, which devices are`);
  }
}

function readCaKey(spkiDer: Uint8Array, text: string): KeyFacts {
  try {
    return readKey(spkiDer);
  } catch (cause) {
    const [code, detail] = cause instanceof StationError ? [cause.code, cause.detail] : ['', String(cause)];
    throw unfit(code === 'csr.weakKey' ? 'weakKey' : 'unsupported', `the key of ${text} is not accepted: ${detail}`, {
      cause,
    });
  }
}

/** @throws `ca.unfit` – `expired`, `notYetValid` */
export function assertValidNow({ subjectText, notBefore, notAfter }: CaFacts, now: Date): void {
  if (now > notAfter) {
    const at = notAfter.toISOString();
    throw unfit('expired', `the certificate of ${subjectText} ended at ${at}`, { data: { notAfterAt: at } });
  }
  if (now < notBefore) {
    const at = notBefore.toISOString();
    throw unfit('notYetValid', `the certificate of ${subjectText} begins at ${at} only`, { data: { notBeforeAt: at } });
  }
}
