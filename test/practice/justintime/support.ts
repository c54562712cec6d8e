/** Devices that connect for the first time, without a network between them and the account. */
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type IoTClient, RegisterCACertificateCommand, type RegistrationConfig } from '@aws-sdk/client-iot';
import type { Account, Authority } from '../../../app/practice/aws/account.ts';
import { firstContact } from '../../../app/practice/aws/gateway/firstcontact.ts';
import type { Pki } from '../pki.ts';
import { iotClient, practice } from '../support.ts';

/** An account with a CA whose devices make themselves known. */
export async function accountWith(t: TestContext, pki: Pki, registrationConfig?: RegistrationConfig) {
  const aws = await practice(t);
  const iot = iotClient(t, aws);
  const authority = await openCa(aws.account, iot, pki, 'ca', registrationConfig);
  return { aws, account: aws.account, iot, authority };
}

/** Registers a CA of the PKI, active and with automatic registration. */
export async function openCa(
  account: Account,
  iot: IoTClient,
  pki: Pki,
  name: string,
  registrationConfig?: RegistrationConfig,
): Promise<Authority> {
  const { certificateId = '' } = await iot.send(
    new RegisterCACertificateCommand({
      caCertificate: pki.ca(name),
      setAsActive: true,
      allowAutoRegistration: true,
      certificateMode: 'SNI_ONLY',
      ...(registrationConfig && { registrationConfig }),
    }),
  );
  const authority = account.state.authorities.get(certificateId);
  if (!authority) throw new Error('the CA is not registered');
  return authority;
}

export const derOf = (pem: string): Buffer => new X509Certificate(pem).raw;
export const idOf = (pem: string): string => new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();

/** What the gateway does with a device of this certificate. */
export const connects = (account: Account, authority: Authority, pem: string) =>
  firstContact(account, { authority, certificateDer: derOf(pem), sourceIp: '127.0.0.1' });

/** A certificate with a subject that `-subj` cannot say: `lines` are those of an openssl `[dn]` section. */
export function issueOdd(pki: Pki, by: string, lines: readonly string[]): string {
  const config = ['[req]', 'prompt=no', 'utf8=yes', 'string_mask=utf8only', 'distinguished_name=dn', '[dn]', ...lines];
  writeFileSync(join(pki.folder, 'odd.cnf'), `${config.join('\n')}\n`);
  const run = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: pki.folder, stdio: ['ignore', 'pipe', 'pipe'] });
  run('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', 'odd.key');
  run('req', '-new', '-key', 'odd.key', '-config', 'odd.cnf', '-multivalue-rdn', '-utf8', '-out', 'odd.csr');
  const key = execFileSync('cat', [join(pki.folder, `${by}.keyname`)]).toString();
  return run('x509', '-req', '-in', 'odd.csr', '-CA', `${by}.pem`, '-CAkey', key, '-days', '30').toString();
}
