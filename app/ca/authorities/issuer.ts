/** A CA in the role of an issuer: it certifies devices and signs its CRLs. */
import { StationError } from '../../contract/errors.ts';
import { type Profile, signatureOf } from '../profiles/profile.ts';
import { type CaFacts, readCa } from './facts.ts';
import { unfit } from './unfit.ts';

export type Issuer = Omit<CaFacts, 'view' | 'commonName' | 'selfIssued' | 'pathLength' | 'ski' | 'crlSign'> & {
  /** Subject key identifier. */
  ski: Uint8Array;
};

/**
 * Requirements on the CA directly above devices, beyond those on every CA.
 * @throws `ca.unfit` – `noKeyIdentifier`, `noCrlSign`
 */
export function issuerOf({ view, commonName, selfIssued, pathLength, ski, crlSign, ...facts }: CaFacts): Issuer {
  if (ski === undefined)
    throw unfit('noKeyIdentifier', `the certificate of ${facts.subjectText} has no subject key identifier`);
  if (!crlSign)
    throw unfit('noCrlSign', `the key of ${facts.subjectText} may not sign CRLs: what it issues could not be revoked`);
  return { ...facts, ski };
}

/**
 * Reads a CA certificate that was accepted before.
 * @throws `ca.damaged` – when it cannot be read or is not an issuing CA's
 */
export function issuerFrom(certificateDer: Uint8Array): Issuer {
  try {
    return issuerOf(readCa(certificateDer));
  } catch (cause) {
    const why = cause instanceof StationError ? cause.detail : String(cause);
    throw new StationError('ca.damaged', `CA certificate: ${why}`, { cause });
  }
}

/** The issuer, with the algorithm that it uses under this profile. */
export const issuerUnder = (profile: Profile, issuer: Issuer): Issuer => ({
  ...issuer,
  algorithm: signatureOf(profile, issuer.keyType),
});

/** @throws `ca.expired` – when `now` is outside the certificate's validity */
export function assertUsable(issuer: Issuer, now: Date): void {
  if (now < issuer.notBefore || now > issuer.notAfter) {
    const [from, to] = [issuer.notBefore.toISOString(), issuer.notAfter.toISOString()];
    throw new StationError('ca.expired', `the CA certificate is valid from ${from} to ${to}`, {
      data: { notAfterAt: to },
    });
  }
}
