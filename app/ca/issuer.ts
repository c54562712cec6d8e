/** A CA certificate as the facts that issuing needs. */
import type { KeyObject } from 'node:crypto';
import { StationError } from '../contract/errors.ts';
import type { SignatureAlgorithm } from './algorithm.ts';
import { certificateId, extensionOf, readCertificate, type TbsView } from './certificate.ts';
import { readBasicConstraints, readKeyUsage, readSubjectKeyIdentifier } from './extension.ts';
import { algorithmFor, importKey, type KeyType, readKey } from './key.ts';
import { oids } from './oids.ts';
import { type Profile, practiceUnit, signatureOf } from './profile.ts';

export type Issuer = {
  /** SHA-256 of the certificate's DER, lower-case hex. */
  issuerId: string;
  certificateDer: Uint8Array;
  /** The subject's DER, to stand verbatim as issuer. */
  subjectDer: Uint8Array;
  subjectText: string;
  /** Subject key identifier. */
  ski: Uint8Array;
  notBefore: Date;
  notAfter: Date;
  keyType: KeyType;
  spkiSha256: string;
  publicKey: KeyObject;
  /** What this CA signs with. */
  algorithm: SignatureAlgorithm;
  /** A practice CA: everything it issues carries OU=PRACTICE too. */
  practice: boolean;
};

/** Reads a CA certificate. Throws `ca.damaged` when it cannot be read or is no CA certificate. */
export function issuerFrom(certificateDer: Uint8Array): Issuer {
  try {
    const der = Uint8Array.from(certificateDer);
    const { tbs } = readCertificate(der);
    if (!isCa(tbs)) throw new Error('it may not sign certificates');
    const key = readKey(tbs.spkiDer);
    return {
      issuerId: certificateId(der),
      certificateDer: der,
      subjectDer: tbs.subjectDer,
      subjectText: tbs.subject.text,
      ski: readSubjectKeyIdentifier(extensionOf(tbs, oids.subjectKeyIdentifier, 'subjectKeyIdentifier').value),
      notBefore: tbs.notBefore,
      notAfter: tbs.notAfter,
      keyType: key.keyType,
      spkiSha256: key.spkiSha256,
      publicKey: importKey(key),
      algorithm: algorithmFor(key.keyType),
      practice: isPractice(tbs),
    };
  } catch (cause) {
    throw new StationError('ca.damaged', `CA certificate: ${(cause as Error).message}`, { cause });
  }
}

/** The issuer with the algorithm it signs with under this profile. */
export const issuerUnder = (profile: Profile, issuer: Issuer): Issuer => ({
  ...issuer,
  algorithm: signatureOf(profile, issuer.keyType),
});

/** cA and keyCertSign: RFC 5280 §4.2.1.9 and §4.2.1.3. Throws `DerError` where either extension is missing. */
export function isCa(tbs: TbsView): boolean {
  const constraints = readBasicConstraints(extensionOf(tbs, oids.basicConstraints, 'basicConstraints').value);
  return constraints.ca && readKeyUsage(extensionOf(tbs, oids.keyUsage, 'keyUsage').value).includes('keyCertSign');
}

/** Whether the subject carries the practice mark. */
export const isPractice = (tbs: TbsView): boolean =>
  tbs.subject.entries.some((entry) => entry.attribute === 'organizationalUnitName' && entry.value === practiceUnit);

/** Throws `ca.expired` when `now` is outside the certificate's validity. */
export function assertUsable(issuer: Issuer, now: Date): void {
  if (now < issuer.notBefore || now > issuer.notAfter) {
    const [from, to] = [issuer.notBefore.toISOString(), issuer.notAfter.toISOString()];
    throw new StationError('ca.expired', `the CA certificate is valid from ${from} to ${to}`, {
      data: { notAfterAt: to },
    });
  }
}
