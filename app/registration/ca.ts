import { createHash, X509Certificate } from 'node:crypto';
import { StationError } from '../contract/errors.ts';
import type { Cloud } from './cloud.ts';

export type CaRegistration = { certificateId: string; outcome: 'registered' | 'activated' | 'alreadyActive' };

/**
 * Makes sure that AWS knows the CA and accepts its certificates. Safe to repeat.
 * @param ca.makeVerificationCertificate signs, with the CA's key, a certificate whose common name is the registration
 * code
 */
export async function registerCa(
  cloud: Cloud,
  ca: { caCertificatePem: string; makeVerificationCertificate(registrationCode: string): Promise<string> },
  signal?: AbortSignal,
): Promise<CaRegistration> {
  const certificateId = certificateIdOf(ca.caCertificatePem);
  let status = await cloud.describeCa(certificateId, signal);
  if (status === undefined) {
    const verificationCertificatePem = await ca.makeVerificationCertificate(await cloud.registrationCode(signal));
    try {
      await cloud.registerCa({ caCertificatePem: ca.caCertificatePem, verificationCertificatePem }, signal);
      return { certificateId, outcome: 'registered' };
    } catch (error) {
      // Another station registered it, or the answer to a first attempt was lost.
      if (!(error instanceof StationError && error.data?.awsError === 'ResourceAlreadyExistsException')) throw error;
      status = await cloud.describeCa(certificateId, signal);
      if (status === undefined) throw heldElsewhere(error);
    }
  }
  if (status === 'ACTIVE') return { certificateId, outcome: 'alreadyActive' };
  await cloud.activateCa(certificateId, signal);
  return { certificateId, outcome: 'activated' };
}

/**
 * AWS says that a CA exists which this account does not have. In DEFAULT mode it is one account's in a Region ("Manage your
 * CA certificates", AWS IoT Core developer guide).
 */
export const heldElsewhere = (cause: StationError): StationError =>
  new StationError(
    'cloud.refused',
    'another account of this Region has the CA in DEFAULT mode: delete it there, and register it in SNI_ONLY mode in both (`cloud ca register --mode SNI_ONLY`)',
    { data: cause.data, cause },
  );

/** AWS's certificateId: SHA-256 of the DER, lower-case hex. */
export const certificateIdOf = (pem: string): string =>
  createHash('sha256').update(new X509Certificate(pem).raw).digest('hex');
