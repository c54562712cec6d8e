import type { Account, Authority, Certificate, CertificateStatus } from '../account.ts';
import { iotError } from '../errors.ts';
import { fill, type Template } from './grammar.ts';
import { addCertificate, refuseKnown } from './holdings.ts';
import { signCsr } from './issuer.ts';
import {
  checkAhead,
  checkQuality,
  checkSignedBy,
  checkValidity,
  invalid,
  issuerName,
  type Parsed,
  parsePem,
} from './x509.ts';

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
  const ca = parsePem(authority.pem);
  checkSignedBy(certificate, ca);
  if (authority.status !== 'ACTIVE') throw iotError('CertificateStateException', 'The CA certificate is not active.');
  checkValidity(ca, account.clock.now());
  return addCertificate(account, certificate, {
    status,
    mode: authority.mode,
    caCertificateId: authority.certificateId,
  });
}

/** The registered CA that a certificate names, or the one that is given. */
export function issuerOf(account: Account, certificate: Parsed, caPem: string | undefined): Authority {
  if (caPem !== undefined) {
    const authority = account.state.authorities.get(parsePem(caPem).id);
    if (!authority) throw invalid('The CA certificate is not registered.');
    return authority;
  }
  const issuer = issuerName(certificate);
  const [authority, ...others] = [...account.state.authorities.values()].filter(({ subject }) => subject === issuer);
  if (!authority) throw invalid('The CA certificate is not registered.');
  if (others.length > 0) {
    throw iotError(
      'CertificateConflictException',
      'Several CA certificates have this subject: specify the CA certificate.',
    );
  }
  return authority;
}

/** A certificate of AWS IoT's own CA for the key of a CSR. @throws ServiceError InvalidRequestException */
export function issueFromCsr(account: Account, csr: string, status: CertificateStatus): Certificate {
  return addCertificate(account, parsePem(signCsr(account, csr)), { status, mode: 'DEFAULT' });
}

/**
 * Checks on another thread whether a CA has signed the certificate of these parameters. It refuses nothing: what is
 * wrong shows when the turn of these parameters comes.
 */
export async function checkIssuerAhead(
  account: Account,
  template: Template,
  parameters: ReadonlyMap<string, string>,
): Promise<void> {
  try {
    const certificates = fill(template, parameters).resources.filter(({ type }) => type === 'AWS::IoT::Certificate');
    const { CertificatePem: pem, CACertificatePem: caPem } = certificates[0]?.properties ?? {};
    if (typeof pem !== 'string') return;
    const certificate = parsePem(pem);
    const authority = issuerOf(account, certificate, typeof caPem === 'string' ? caPem : undefined);
    await checkAhead(certificate, parsePem(authority.pem));
  } catch {
    // Said in its turn.
  }
}
