/** Certificates by the hundred thousand: one TBS, in which name and serial number change, and a signature with ECDSA. */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import {
  bitString,
  boolean,
  objectIdentifier,
  octetString,
  sequence,
  smallInteger,
  tagged,
  time,
  unsigned,
} from '../../../app/practice/devices/der.ts';
import { nameOf } from '../../../app/practice/devices/subject.ts';

export type Forge = {
  /** PEM. */
  ca: string;
  /** The PEM of a certificate with this common name. Without a public key all of them have the same one. */
  issue(commonName: string, publicKey?: KeyObject): string;
  /** The PEM of that key. */
  key: string;
};

export function createForge(): Forge {
  const keys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const [ca, device] = [keys(), keys()];
  const algorithm = sequence(objectIdentifier('1.2.840.10045.4.3.2'));
  const issuer = nameOf([['CN', 'Bench CA']]);
  const year = new Date().getUTCFullYear();
  const validity = sequence(time(`${year - 1}0101000000Z`), time(`${year + 5}0101000000Z`));
  const make = (subject: Buffer, publicKey: KeyObject, isCa: boolean): string => {
    const constraints = octetString(isCa ? sequence(boolean(true)) : sequence());
    const tbs = sequence(
      tagged(0, smallInteger(2)),
      unsigned(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
      algorithm,
      issuer,
      validity,
      subject,
      publicKey.export({ type: 'spki', format: 'der' }),
      tagged(3, sequence(sequence(objectIdentifier('2.5.29.19'), boolean(true), constraints))),
    );
    const der = sequence(tbs, algorithm, bitString(sign('sha256', tbs, ca.privateKey)));
    const lines = der.toString('base64').replace(/.{64}(?!$)/g, '$&\n');
    return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
  };
  const key = device.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return {
    key,
    ca: make(issuer, ca.publicKey, true),
    issue: (commonName, publicKey = device.publicKey) => make(nameOf([['CN', commonName]]), publicKey, false),
  };
}
