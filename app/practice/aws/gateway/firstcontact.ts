import { type Account, type Authority, type Certificate, nowSeconds } from '../account.ts';

/** A device shows a certificate that is not active: unknown and of an auto-registering CA, or PENDING_ACTIVATION. */
export type FirstContact = { authority: Authority; certificateDer: Buffer; known?: Certificate; sourceIp: string };

/**
 * Just-in-time provisioning or registration. The connection is dropped whatever the outcome is, and the device comes
 * again. `reason` says why the certificate is not ACTIVE yet.
 */
export async function firstContact(account: Account, contact: FirstContact): Promise<{ reason?: string }> {
  void nowSeconds(account);
  void contact;
  return { reason: 'not offered' };
}
