/** Does the certificate that a device holds lead to the root, and does the device hold its key? */
import { verify } from 'node:crypto';
import { StationError } from '../../contract/errors.ts';
import { DerError, sameBytes } from '../asn1/node.ts';
import { oids } from '../asn1/oids.ts';
import { assertValidNow, type CaFacts, readCa } from '../authorities/facts.ts';
import { importKey, type KeyFacts, readKey } from '../keys/publickey.ts';
import { type CertificateView, extensionOf, readCertificate } from './certificate.ts';
import { readAuthorityKeyIdentifier, readBasicConstraints } from './extension.ts';
import { checkLink } from './link.ts';

/**
 * RFC 5280 §6.1 for the path from a device up to its station's root. `chainDer` begins with the issuing CA and ends
 * with the root, with any number between. All validity periods must include `now`.
 * @throws `verify.chainInvalid`
 */
export function verifyChain(leafDer: Uint8Array, chainDer: readonly Uint8Array[], now: Date): void {
  try {
    const leaf = readCertificate(leafDer);
    const cas = chainDer.map(readCa);
    const [issuing, root] = [cas[0], cas.at(-1)];
    if (issuing === undefined || root === undefined) throw new DerError('there is no CA above the device');
    for (const [below, ca] of cas.entries()) {
      assertValidNow(ca, now);
      checkLink(ca.view, (cas[below + 1] ?? root).view);
      if (ca.pathLength !== undefined && ca.pathLength < below) throw new DerError(`${ca.subjectText}: path too long`);
    }
    checkDevice(leaf, issuing, now);
  } catch (cause) {
    throw new StationError(
      'verify.chainInvalid',
      cause instanceof StationError ? cause.detail : (cause as Error).message,
      { cause },
    );
  }
}

/** This station's certificates always name the issuer's key, so the identifiers are required here. */
function checkDevice(leaf: CertificateView, issuing: CaFacts, now: Date): void {
  const { tbs } = leaf;
  if (now < tbs.notBefore || now > tbs.notAfter) throw new DerError('device: not valid now');
  const authority = extensionOf(tbs, oids.authorityKeyIdentifier, 'authorityKeyIdentifier').value;
  if (issuing.ski === undefined || !sameBytes(readAuthorityKeyIdentifier(authority), issuing.ski))
    throw new DerError('device: another issuing key');
  checkLink(leaf, issuing.view);
  if (readBasicConstraints(extensionOf(tbs, oids.basicConstraints, 'basicConstraints').value).ca)
    throw new DerError('device: is a CA');
}

export type Proof = ({ spkiDer: Uint8Array } | { certificateDer: Uint8Array }) & {
  /** The bytes the device was given to sign, hashed with SHA-256 by the signature scheme. */
  nonce: Uint8Array;
  /** ECDSA with SHA-256: DER; RSA PKCS#1 v1.5 with SHA-256: as is. */
  signatureDer: Uint8Array;
};

/**
 * The key that a certificate is for.
 * @throws `DerError` – when the bytes are not a certificate
 */
export const keyOfCertificate = (certificateDer: Uint8Array): KeyFacts =>
  readKey(readCertificate(certificateDer).tbs.spkiDer);

/**
 * Whether the device signed the nonce with the key. False for anything unreadable, because the data is the device's.
 */
export function verifyProof(proof: Proof): boolean {
  try {
    const spkiDer = 'spkiDer' in proof ? proof.spkiDer : readCertificate(proof.certificateDer).tbs.spkiDer;
    return verify('sha256', proof.nonce, importKey(readKey(spkiDer)), proof.signatureDer);
  } catch {
    return false;
  }
}
