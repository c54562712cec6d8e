import { type Account, type Certificate, type CertificateStatus, iotArn, nowSeconds } from '../account.ts';
import { iotError } from '../errors.ts';
import { exists, find } from './records.ts';
import { armour, type Parsed } from './x509.ts';

/** The device certificates that the account has. */

export function addCertificate(
  account: Account,
  { id, der }: Parsed,
  about: Pick<Certificate, 'status' | 'mode' | 'caCertificateId'>,
): Certificate {
  const now = nowSeconds(account);
  const certificate: Certificate = {
    certificateId: id,
    der,
    ...about,
    policies: [],
    createdAt: now,
    modifiedAt: now,
    version: 1,
  };
  account.state.certificates.set(id, certificate);
  if (about.caCertificateId !== undefined) account.links.issuedBy.add(about.caCertificateId, id);
  account.changed('certificates', id);
  return certificate;
}

/**
 * A certificate that is revoked stays so ("Revoke a client certificate", AWS IoT developer guide). Which error says it is
 * not documented; this is the one that UpdateCertificate has for an operation that is not allowed.
 *
 * @throws ServiceError CertificateStateException
 */
export function setStatus(account: Account, certificate: Certificate, status: CertificateStatus): void {
  if (certificate.status === status) return;
  if (certificate.status === 'REVOKED') {
    throw iotError('CertificateStateException', 'The certificate is revoked; its status cannot be changed.');
  }
  certificate.status = status;
  certificate.modifiedAt = nowSeconds(account);
  certificate.version += 1;
  account.changed('certificates', certificate.certificateId);
}

/** The certificate is attached to no thing any more. */
export function removeCertificate(account: Account, { certificateId, policies, caCertificateId }: Certificate): void {
  for (const policy of policies) account.links.targetsOf.remove(policy, `cert/${certificateId}`);
  if (caCertificateId !== undefined) account.links.issuedBy.remove(caCertificateId, certificateId);
  account.links.owned.delete(certificateId);
  account.state.certificates.delete(certificateId);
  account.changed('certificates', certificateId);
}

/** Ids are compared without regard to case. */
export const findCertificate = (account: Account, id: string): Certificate =>
  find(account, 'certificates', id.toLowerCase());

export const certificateArn = (account: Account, { certificateId }: Certificate): string =>
  iotArn(account, `cert/${certificateId}`);

/** The PEM with lines of 64 characters, whatever form it was registered in. */
export const pemOf = ({ der }: Certificate): string => armour(der);

/** @throws ServiceError ResourceAlreadyExistsException */
export function refuseKnown(account: Account, { id }: Parsed): void {
  const known = account.state.certificates.get(id);
  if (known) throw exists('The certificate is already registered.', id, certificateArn(account, known));
}
