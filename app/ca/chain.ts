/** Does the certificate a device holds lead to the root, and does the device hold its key? */
import { verify } from 'node:crypto';
import { StationError } from '../contract/errors.ts';
import { verifies } from './algorithm.ts';
import { type CertificateView, extensionOf, readCertificate } from './certificate.ts';
import { readAuthorityKeyIdentifier, readBasicConstraints, readSubjectKeyIdentifier } from './extension.ts';
import { isCa } from './issuer.ts';
import { importKey, type KeyFacts, readKey } from './key.ts';
import { DerError, sameBytes } from './node.ts';
import { oids } from './oids.ts';

/**
 * RFC 5280 §6.1 for the one path this station makes: root, issuing CA, device. Throws `verify.chainInvalid`.
 * All dates must include `now`.
 */
export function verifyChain(leafDer: Uint8Array, issuingDer: Uint8Array, rootDer: Uint8Array, now: Date): void {
  try {
    const [leaf, issuing, root] = [leafDer, issuingDer, rootDer].map(readCertificate) as [View, View, View];
    checkLink('root', root, root, now);
    checkLink('issuing CA', issuing, root, now);
    checkLink('device', leaf, issuing, now);
    checkCa('root', root, 1);
    checkCa('issuing CA', issuing, 0);
    if (readBasicConstraints(extensionOf(leaf.tbs, oids.basicConstraints, 'basicConstraints').value).ca) {
      throw new DerError('device: is a CA');
    }
  } catch (cause) {
    throw new StationError('verify.chainInvalid', (cause as Error).message, { cause });
  }
}

type View = CertificateView;

function checkLink(who: string, { tbs, tbsDer, algorithm, signature }: View, issuer: View, now: Date): void {
  const refuse = (why: string): never => {
    throw new DerError(`${who}: ${why}`);
  };
  if (!sameBytes(tbs.issuerDer, issuer.tbs.subjectDer)) refuse('the issuer has another name');
  if (now < tbs.notBefore || now > tbs.notAfter) refuse('not valid now');
  const authority = extensionOf(tbs, oids.authorityKeyIdentifier, 'authorityKeyIdentifier').value;
  const identifier = extensionOf(issuer.tbs, oids.subjectKeyIdentifier, 'subjectKeyIdentifier').value;
  if (!sameBytes(readAuthorityKeyIdentifier(authority), readSubjectKeyIdentifier(identifier)))
    refuse('another issuing key');
  if (algorithm.algorithm === undefined || algorithm.parameters !== 'asStandard') refuse('signature algorithm');
  if (algorithm.oid !== tbs.signature.oid) refuse('two signature algorithms');
  const key = importKey(readKey(issuer.tbs.spkiDer));
  if (!verifies(algorithm.algorithm!, tbsDer, key, signature)) refuse('the signature does not verify');
}

/** `below`: how many CA certificates stand between it and the device (pathLenConstraint, RFC 5280 §4.2.1.9). */
function checkCa(who: string, { tbs }: View, below: number): void {
  if (!isCa(tbs)) throw new DerError(`${who}: may not sign certificates`);
  const { pathLength } = readBasicConstraints(extensionOf(tbs, oids.basicConstraints, 'basicConstraints').value);
  if (pathLength !== undefined && pathLength < below) throw new DerError(`${who}: path too long`);
}

export type Proof = ({ spkiDer: Uint8Array } | { certificateDer: Uint8Array }) & {
  /** The bytes the device was given to sign, hashed with SHA-256 by the signature scheme. */
  nonce: Uint8Array;
  /** ECDSA with SHA-256: DER; RSA PKCS#1 v1.5 with SHA-256: as is. */
  signatureDer: Uint8Array;
};

/** The key a certificate is for. Throws `DerError` for what is not a certificate. */
export const keyOfCertificate = (certificateDer: Uint8Array): KeyFacts =>
  readKey(readCertificate(certificateDer).tbs.spkiDer);

/** Whether the device signed the nonce with the key. False for anything unreadable: this is the device's word. */
export function verifyProof(proof: Proof): boolean {
  try {
    const spkiDer = 'spkiDer' in proof ? proof.spkiDer : readCertificate(proof.certificateDer).tbs.spkiDer;
    return verify('sha256', proof.nonce, importKey(readKey(spkiDer)), proof.signatureDer);
  } catch {
    return false;
  }
}
