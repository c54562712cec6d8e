import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Account, type Certificate, nowSeconds } from '../account.ts';
import { removeCertificate } from './holdings.ts';

/**
 * Proof that a device is the one to which a certificate was given over MQTT ("Device provisioning MQTT API", AWS IoT
 * developer guide): good for an hour, for that certificate, once. A certificate that by then is neither activated nor
 * attached to anything is deleted. The state keeps a digest, in the record of the certificate itself.
 */
export const tokenSeconds = 3600;
const sweepMs = 60_000;
/** So that the token is as long as AWS's, and a device with too small a buffer fails here already. */
const secretBytes = 300;

/** A new token for a new certificate. Only its device learns it. */
export function giveToken(account: Account, certificate: Certificate): string {
  const secret = randomBytes(secretBytes).toString('base64url');
  certificate.ownership = { digest: digestOf(secret), until: nowSeconds(account) + tokenSeconds };
  account.links.owned.add(certificate.certificateId);
  account.changed('certificates', certificate.certificateId);
  return `${certificate.certificateId}.${secret}`;
}

/** The certificate that a token is for. Undefined for one that is unknown, spent or lapsed. */
export function certificateOfToken(account: Account, token: string): Certificate | undefined {
  const [id = '', secret = ''] = token.split('.');
  const certificate = account.state.certificates.get(id);
  const { digest, until } = certificate?.ownership ?? {};
  if (digest === undefined || until === undefined || until <= nowSeconds(account)) return undefined;
  const same = timingSafeEqual(Buffer.from(digest, 'hex'), Buffer.from(digestOf(secret), 'hex'));
  return same ? certificate : undefined;
}

export function spendToken(account: Account, certificate: Certificate): void {
  delete certificate.ownership;
  account.links.owned.delete(certificate.certificateId);
  account.changed('certificates', certificate.certificateId);
}

/** Deletes what has lapsed, now and every minute. Returns the function that ends it. */
export function watchTokens(account: Account): () => void {
  let cancel = () => {};
  const sweep = () => {
    const now = nowSeconds(account);
    for (const id of account.links.owned) {
      const certificate = account.state.certificates.get(id);
      if (certificate?.ownership && certificate.ownership.until > now) continue;
      account.links.owned.delete(id);
      if (certificate) lapse(account, certificate);
    }
    cancel = account.clock.after(sweepMs, sweep);
  };
  sweep();
  return () => cancel();
}

function lapse(account: Account, certificate: Certificate): void {
  const { certificateId, status, policies } = certificate;
  const attached = policies.length > 0 || account.links.thingsOf.get(certificateId).size > 0;
  if (status === 'PENDING_ACTIVATION' && !attached) removeCertificate(account, certificate);
  else spendToken(account, certificate);
}

const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');
