/** The certificate that AWS asks for when a CA is registered. */
import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { pemOf, profileNamed, readKey } from '../ca/index.ts';
import { type IssueTools, issueCertificate } from './issue.ts';

/**
 * PEM of a certificate whose CN is the account's registration code, signed by the CA. Its key is thrown away, because
 * nothing connects with it. It is reserved and recorded like any other certificate that the CA signs.
 * @throws ca.*, policy.interlock, records.* – as `issueCertificate`
 */
export async function verificationCertificate(
  registrationCode: string,
  actor: string,
  tools: IssueTools,
): Promise<string> {
  const { publicKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
  const key = readKey(new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })));
  const profile = profileNamed('aws-ca-verification');
  const { der } = await issueCertificate(
    { profile, key, fields: { registrationCode }, unitSerial: null, attempt: 0, actor },
    tools,
  );
  return pemOf('CERTIFICATE', der);
}
