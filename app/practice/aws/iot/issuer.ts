import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  generateKeyPairSync,
  randomBytes,
  verify,
} from 'node:crypto';
import { promisify } from 'node:util';
import { bitString, boolean, objectIdentifier, octetString, sequence } from '../../devices/der.ts';
import { nameOf, type Subject } from '../../devices/subject.ts';
import type { Account } from '../account.ts';
import { iotError } from '../errors.ts';
import { certify, timeText } from './certify.ts';
import { element, signatureHashes } from './x509.ts';

/** Certificates of AWS IoT's own CAs. The subjects and the validity are those of AWS's examples; the key is the practice line's. */

const amazon: Subject = [['OU', 'Amazon Web Services O=Amazon.com Inc. L=Seattle ST=Washington C=US']];
const provisioning: Subject = [
  ['O', 'Amazon.com Inc.'],
  ['OU', 'Amazon IoT Provisioning'],
  ['serialNumber', '1.0'],
];
const forever = '20491231235959Z';
const claimMs = { before: 2 * 60_000, after: 5 * 60_000 };

/**
 * The certificate for the key of a CSR, with the subject of the CSR. PEM.
 * @throws ServiceError InvalidRequestException – not a CSR, a wrong signature, a key that is not supported
 */
export function signCsr(account: Account, csr: string): string {
  const { subject, spki } = readCsr(csr);
  return issue(account, { issuer: amazon, subject, spki, ...longLived(account) });
}

/** An RSA key of 2048 bits and its certificate. All PEM. */
export async function createKeys(account: Account): Promise<{ publicKey: string; privateKey: string; pem: string }> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const pem = issue(account, {
    issuer: amazon,
    subject: nameOf([['CN', 'AWS IoT Certificate']]),
    spki: publicKey.export({ type: 'spki', format: 'der' }),
    ...longLived(account),
  });
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    pem,
  };
}

/** A claim certificate, which is good for five minutes. `expiration` in epoch seconds. */
export async function createClaim(
  account: Account,
): Promise<{ publicKey: string; privateKey: string; pem: string; expiration: number }> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const now = account.clock.now().getTime();
  const pem = issue(account, {
    issuer: provisioning,
    subject: nameOf([['CN', randomBytes(32).toString('hex')]]),
    spki: publicKey.export({ type: 'spki', format: 'der' }),
    notBefore: timeText(now - claimMs.before),
    notAfter: timeText(now + claimMs.after),
  });
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    pem,
    expiration: Math.floor((now + claimMs.after) / 1000),
  };
}

type Wanted = { issuer: Subject; subject: Buffer; spki: Buffer; notBefore: string; notAfter: string };

function issue(account: Account, { issuer, ...wanted }: Wanted): string {
  const extensions = [
    sequence(objectIdentifier('2.5.29.19'), boolean(true), octetString(sequence())),
    // digitalSignature, the first of eight bits.
    sequence(objectIdentifier('2.5.29.15'), boolean(true), octetString(bitString(Buffer.from([0x80]), 7))),
  ];
  return certify({ ...wanted, issuer: nameOf(issuer), extensions }, ownKey(account));
}

function ownKey(account: Account) {
  if (account.state.ownKeyPem === undefined) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    account.state.ownKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    account.changed();
  }
  return createPrivateKey(account.state.ownKeyPem);
}

const longLived = (account: Account) => ({
  notBefore: timeText(account.clock.now().getTime() - claimMs.before),
  notAfter: forever,
});

/** The subject and the public key of a PKCS#10 request (RFC 2986), as DER. */
function readCsr(csr: string): { subject: Buffer; spki: Buffer } {
  const base64 = /-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----([\s\S]*?)-----END/.exec(csr)?.[1];
  if (base64 === undefined) throw refused('The certificate signing request is not PEM.');
  try {
    const der = Buffer.from(base64, 'base64');
    const info = element(der, element(der, 0).from);
    const algorithm = element(der, info.to);
    const oid = element(der, algorithm.from);
    const signature = element(der, algorithm.to);
    const version = element(der, info.from);
    const subject = element(der, version.to);
    const key = element(der, subject.to);
    const spki = der.subarray(key.at, key.to);
    const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    const { namedCurve = '', modulusLength = 0 } = publicKey.asymmetricKeyDetails ?? {};
    if (!['prime256v1', 'secp384r1', 'secp521r1'].includes(namedCurve) && modulusLength < 2048) {
      throw refused('The key is not supported: use RSA of 2048 bits or more, or P-256, P-384, P-521.');
    }
    const hash = signatureHashes[der.subarray(oid.from, oid.to).toString('hex')];
    const holds =
      hash !== undefined &&
      verify(hash, der.subarray(info.at, info.to), publicKey, der.subarray(signature.from + 1, signature.to));
    if (!holds) throw refused('The signature of the certificate signing request is wrong or not supported.');
    return { subject: der.subarray(subject.at, subject.to), spki };
  } catch (error) {
    if (error instanceof Error && error.name === 'InvalidRequestException') throw error;
    throw refused('The certificate signing request cannot be read.');
  }
}

const refused = (message: string) => iotError('InvalidRequestException', message);
