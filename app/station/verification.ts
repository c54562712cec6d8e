import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { pemOf, profileNamed, readKey } from '../ca/index.ts';
import { issueCertificate, type LineTools } from '../line/index.ts';

/**
 * The certificate AWS asks for when a CA is registered: its CN is the account's registration code, the CA signed it. Its key is
 * thrown away: nobody connects with it. It is reserved and recorded like any other the CA signs.
 */
export async function verificationCertificate(
  registrationCode: string,
  actor: string,
  tools: LineTools,
): Promise<string> {
  const { publicKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
  const key = readKey(new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })));
  const { der } = await issueCertificate(
    { profile: profileNamed('aws-ca-verification'), key, fields: { registrationCode } },
    { unitSerial: null, attempt: 0, actor },
    tools,
  );
  return pemOf('CERTIFICATE', der);
}
