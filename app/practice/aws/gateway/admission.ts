import type { Account, Authority, Certificate } from '../account.ts';
import { armour, checkQuality, checkSignedBy, checkValidity, issuerName, type Parsed, parsePem } from '../iot/x509.ts';
import { type FoundClaim, findClaim } from './claim.ts';

/**
 * Who may connect with which certificate ("X.509 client certificates", "Just-in-time registration" and "Just-in-time
 * provisioning", AWS IoT developer guide). Nothing is changed here.
 */
export type Admission =
  | { verdict: 'in'; certificate: Certificate; claim?: FoundClaim }
  /** Just-in-time registration or provisioning: the account is told of the device, and the connection is dropped. */
  | { verdict: 'firstContact'; authority: Authority; certificateDer: Buffer; known?: Certificate; principalId: string }
  /** `reason` is for a person. */
  | { verdict: 'out'; reason: string; principalId?: string };

/** @param der the certificate that the device showed and whose key it proved to hold; undefined when it showed none */
export function admit(account: Account, der: Buffer | undefined): Admission {
  if (der === undefined) return { verdict: 'out', reason: 'The client showed no certificate.' };
  const parsed = readable(der);
  if (parsed === undefined) return { verdict: 'out', reason: 'The certificate is not valid X.509.' };
  const claim = findClaim(account, parsed.id);
  if (claim) return { verdict: 'in', certificate: claim.certificate, claim };
  const known = account.state.certificates.get(parsed.id);
  const out = (reason: string): Admission => ({ verdict: 'out', reason, principalId: parsed.id });
  const wrong = refusalOf(() => (known ? checkValidity : checkQuality)(parsed, account.clock.now()));
  if (wrong !== undefined) return out(wrong);
  if (known?.status === 'ACTIVE') return { verdict: 'in', certificate: known };
  if (known && known.status !== 'PENDING_ACTIVATION') return out(`The certificate is ${known.status}.`);
  const authority = known ? registeredUnder(account, known) : signerOf(account, parsed);
  if (authority === undefined) {
    return out(
      known
        ? 'The certificate is PENDING_ACTIVATION.'
        : 'The certificate is not registered, and no registered CA has signed it.',
    );
  }
  const closed = closedBecause(account, authority);
  if (closed !== undefined)
    return out(`The certificate is ${known ? 'PENDING_ACTIVATION' : 'not registered'}: ${closed}`);
  return { verdict: 'firstContact', authority, certificateDer: der, principalId: parsed.id, ...(known && { known }) };
}

/** Why devices of this CA are not registered when they first connect. */
function closedBecause(account: Account, authority: Authority): string | undefined {
  if (authority.status !== 'ACTIVE') return 'its CA is INACTIVE.';
  if (authority.autoRegistration !== 'ENABLE') return 'automatic registration is disabled for its CA.';
  const expired = refusalOf(() => checkValidity(parsePem(authority.pem), account.clock.now()));
  return expired === undefined ? undefined : 'its CA certificate has expired or is not valid yet.';
}

const registeredUnder = (account: Account, { caCertificateId }: Certificate): Authority | undefined =>
  caCertificateId === undefined ? undefined : account.state.authorities.get(caCertificateId);

/** Up to ten CAs can have one subject, so that the signature decides among them. One that takes devices goes first. */
function signerOf(account: Account, parsed: Parsed): Authority | undefined {
  const issuer = issuerName(parsed);
  const signers = [...account.state.authorities.values()].filter(
    (authority) =>
      authority.subject === issuer && refusalOf(() => checkSignedBy(parsed, parsePem(authority.pem))) === undefined,
  );
  return signers.find((authority) => closedBecause(account, authority) === undefined) ?? signers[0];
}

function readable(der: Buffer): Parsed | undefined {
  try {
    const parsed = parsePem(armour(der.toString('base64')));
    // OpenSSL reads what the quick reader does not, and only when it is asked to.
    void (parsed.quick ?? parsed.x509);
    return parsed;
  } catch {
    return undefined;
  }
}

/** What a check says of a certificate that it refuses. */
function refusalOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
