import { randomUUID, X509Certificate } from 'node:crypto';
import {
  type Account,
  type Authority,
  type Certificate,
  type CertificateStatus,
  iotArn,
  nowSeconds,
} from '../account.ts';
import { iotError } from '../errors.ts';
import { findAuthority } from './authorities.ts';
import { page } from './pages.ts';
import {
  body,
  certificateId,
  flag,
  label,
  marker,
  needBody,
  needQuery,
  oneOf,
  operation,
  pageSize,
  pem,
  query,
} from './shapes.ts';
import { checkQuality, checkSignedBy, checkValidity, idOf, invalid, parsePem, validity } from './x509.ts';

const anyStatus = oneOf('ACTIVE', 'INACTIVE', 'REVOKED', 'PENDING_TRANSFER', 'REGISTER_INACTIVE', 'PENDING_ACTIVATION');

export const certificateOperations = {
  RegisterCertificate: operation(
    'POST',
    '/certificate/register',
    { certificatePem: needBody(pem), caCertificatePem: body(pem), setAsActive: query(flag), status: body(anyStatus) },
    (input, account) => {
      const status = usable(input.status ?? (input.setAsActive ? 'ACTIVE' : 'INACTIVE'));
      return answer(registerCertificate(account, input.certificatePem, input.caCertificatePem, status));
    },
  ),

  RegisterCertificateWithoutCA: operation(
    'POST',
    '/certificate/register-no-ca',
    { certificatePem: needBody(pem), status: body(anyStatus) },
    (input, account) => {
      const status = usable(input.status ?? 'INACTIVE');
      const certificate = parsePem(input.certificatePem);
      refuseKnown(account, certificate);
      checkQuality(certificate, account.clock.now());
      return answer(add(account, certificate, input.certificatePem, undefined, status));
    },
  ),

  UpdateCertificate: operation(
    'PUT',
    '/certificates/{certificateId}',
    { certificateId: label(certificateId), newStatus: needQuery(anyStatus) },
    (input, account) => {
      setStatus(account, findCertificate(account, input.certificateId), usable(input.newStatus));
      return {};
    },
  ),

  DescribeCertificate: operation(
    'GET',
    '/certificates/{certificateId}',
    { certificateId: label(certificateId) },
    (input, account) => {
      const certificate = findCertificate(account, input.certificateId);
      return {
        certificateDescription: {
          ...summary(certificate),
          caCertificateId: certificate.caCertificateId,
          certificatePem: certificate.pem,
          ownedBy: account.id,
          lastModifiedDate: certificate.modifiedAt,
          customerVersion: certificate.version,
          generationId: certificate.generationId,
          validity: validity(parsePem(certificate.pem)),
        },
      };
    },
  ),

  ListCertificatesByCA: operation(
    'GET',
    '/certificates-by-ca/{caCertificateId}',
    {
      caCertificateId: label(certificateId),
      pageSize: query(pageSize),
      marker: query(marker),
      ascendingOrder: query(flag, 'isAscendingOrder'),
    },
    (input, account) => {
      const ca = findAuthority(account, input.caCertificateId).certificateId;
      const all = [...account.state.certificates.values()].filter((c) => c.caCertificateId === ca).map(summary);
      const { items, next } = page(input.ascendingOrder ? all : all.reverse(), input.marker, input.pageSize);
      return { certificates: items, nextMarker: next };
    },
  ),

  DeleteCertificate: operation(
    'DELETE',
    '/certificates/{certificateId}',
    { certificateId: label(certificateId), forceDelete: query(flag) },
    (input, account) => {
      const certificate = findCertificate(account, input.certificateId);
      if (certificate.status === 'ACTIVE') {
        throw iotError('CertificateStateException', 'The certificate is active: deactivate it first.');
      }
      const onThing = [...account.state.things.values()].some((thing) =>
        thing.principals.some(({ principal }) => principal === certificate.arn),
      );
      if (onThing || (certificate.policies.length > 0 && !input.forceDelete)) {
        throw iotError('DeleteConflictException', 'A thing or a policy is attached to the certificate.');
      }
      account.state.certificates.delete(certificate.certificateId);
      account.changed();
      return {};
    },
  ),
};

/**
 * Registers a device certificate signed by a registered CA. Names every refusal as RegisterCertificate does.
 * @throws ServiceError ResourceAlreadyExistsException, CertificateValidationException, CertificateStateException (CA inactive),
 *   CertificateConflictException (several registered CAs have the issuer's name and none was given)
 */
export function registerCertificate(
  account: Account,
  certificatePem: string,
  caPem: string | undefined,
  status: CertificateStatus,
): Certificate {
  const certificate = parsePem(certificatePem);
  refuseKnown(account, certificate);
  checkQuality(certificate, account.clock.now());
  const authority = issuerOf(account, certificate, caPem);
  const ca = new X509Certificate(authority.pem);
  checkSignedBy(certificate, ca);
  if (authority.status !== 'ACTIVE') throw iotError('CertificateStateException', 'The CA certificate is not active.');
  checkValidity(ca, account.clock.now());
  return add(account, certificate, certificatePem, authority, status);
}

function issuerOf(account: Account, certificate: X509Certificate, caPem: string | undefined): Authority {
  if (caPem !== undefined) {
    const authority = account.state.authorities.get(idOf(parsePem(caPem)));
    if (!authority) throw invalid('The CA certificate is not registered.');
    return authority;
  }
  const [authority, ...others] = [...account.state.authorities.values()].filter(
    (a) => a.subject === certificate.issuer,
  );
  if (!authority) throw invalid('The CA certificate is not registered.');
  if (others.length > 0) {
    throw iotError(
      'CertificateConflictException',
      'Several CA certificates have this subject: specify the CA certificate.',
    );
  }
  return authority;
}

function add(
  account: Account,
  x509: X509Certificate,
  certificatePem: string,
  authority: Authority | undefined,
  status: CertificateStatus,
): Certificate {
  const id = idOf(x509);
  const now = nowSeconds(account);
  const certificate: Certificate = {
    certificateId: id,
    arn: iotArn(account, `cert/${id}`),
    pem: certificatePem,
    ...(authority && { caCertificateId: authority.certificateId }),
    status,
    mode: authority?.mode ?? 'SNI_ONLY',
    policies: [],
    createdAt: now,
    modifiedAt: now,
    version: 1,
    generationId: randomUUID(),
  };
  account.state.certificates.set(id, certificate);
  account.changed();
  return certificate;
}

export function setStatus(account: Account, certificate: Certificate, status: CertificateStatus): void {
  if (certificate.status === status) return;
  certificate.status = status;
  certificate.modifiedAt = nowSeconds(account);
  certificate.version += 1;
  account.changed();
}

export function findCertificate(account: Account, id: string): Certificate {
  const certificate = account.state.certificates.get(id.toLowerCase());
  if (!certificate) throw iotError('ResourceNotFoundException', 'The certificate does not exist.');
  return certificate;
}

function refuseKnown(account: Account, x509: X509Certificate): void {
  const known = account.state.certificates.get(idOf(x509));
  if (known) {
    throw iotError('ResourceAlreadyExistsException', 'The certificate is already registered.', {
      resourceId: known.certificateId,
      resourceArn: known.arn,
    });
  }
}

/** PENDING_TRANSFER and PENDING_ACTIVATION are AWS's own, REGISTER_INACTIVE is deprecated. */
function usable(status: ReturnType<typeof anyStatus>): CertificateStatus {
  if (status === 'ACTIVE' || status === 'INACTIVE' || status === 'REVOKED') return status;
  throw iotError('InvalidRequestException', `The status ${status} cannot be set.`);
}

const answer = (certificate: Certificate) => ({
  certificateArn: certificate.arn,
  certificateId: certificate.certificateId,
});

const summary = (certificate: Certificate) => ({
  ...answer(certificate),
  status: certificate.status,
  certificateMode: certificate.mode,
  creationDate: certificate.createdAt,
});
