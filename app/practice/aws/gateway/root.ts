import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import {
  bitString,
  boolean,
  objectIdentifier,
  octetString,
  sequence,
  smallInteger,
  taggedOctets,
} from '../../devices/der.ts';
import { nameOf, type Subject } from '../../devices/subject.ts';
import { certify, timeText } from '../iot/certify.ts';

/** The gateway's server certificate and the root above it, which devices must trust in place of Amazon's. */

/** A self-signed root and its key (PKCS#8), both PEM. Practice keys protect nothing. */
export type Root = { certificatePem: string; keyPem: string };

const rootName: Subject = [
  ['O', 'Birthmark practice'],
  ['CN', 'Birthmark practice gateway root'],
];
const dayMs = 24 * 60 * 60_000;

export function makeRoot(nowMs: number): Root {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const certificatePem = certify(
    {
      ...{ issuer: nameOf(rootName), subject: nameOf(rootName), spki },
      // A practice state is kept for long, and a device on the bench may have a slow clock.
      notBefore: timeText(nowMs - dayMs),
      notAfter: timeText(nowMs + 7300 * dayMs),
      extensions: [
        critical('2.5.29.19', sequence(boolean(true), smallInteger(0))),
        // keyCertSign and cRLSign, bits 5 and 6 (RFC 5280 §4.2.1.3).
        critical('2.5.29.15', bitString(Buffer.from([0x06]), 1)),
        extension('2.5.29.14', octetString(keyIdOf(spki))),
      ],
    },
    privateKey,
  );
  return { certificatePem, keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

/** A certificate for these host names, with a key of its own. Both PEM. */
export function makeServerCertificate(
  root: Root,
  names: readonly string[],
  nowMs: number,
): { cert: string; key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const key = createPrivateKey(root.keyPem);
  const cert = certify(
    {
      issuer: nameOf(rootName),
      subject: nameOf([['CN', names[0] ?? 'localhost']]),
      spki,
      notBefore: timeText(nowMs - dayMs),
      notAfter: timeText(nowMs + 397 * dayMs),
      extensions: [
        critical('2.5.29.15', bitString(Buffer.from([0x80]), 7)),
        extension('2.5.29.37', sequence(objectIdentifier('1.3.6.1.5.5.7.3.1'))),
        extension('2.5.29.17', sequence(...names.map((name) => taggedOctets(2, Buffer.from(name))), loopback)),
        extension('2.5.29.14', octetString(keyIdOf(spki))),
        extension('2.5.29.35', sequence(taggedOctets(0, keyIdOf(spkiOf(root))))),
      ],
    },
    key,
  );
  return { cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

/** iPAddress, for the clients that reach the gateway by its address and check the certificate against that. */
const loopback = taggedOctets(7, Buffer.from([127, 0, 0, 1]));

const extension = (oid: string, value: Buffer): Buffer => sequence(objectIdentifier(oid), octetString(value));
const critical = (oid: string, value: Buffer): Buffer =>
  sequence(objectIdentifier(oid), boolean(true), octetString(value));

const spkiOf = ({ keyPem }: Root): Buffer => createPublicKey(keyPem).export({ type: 'spki', format: 'der' });
/** RFC 7093 §2, method 1: the leftmost 160 bits of SHA-256 of the public key. The point of a P-256 key is the last 65 bytes. */
const keyIdOf = (spki: Buffer): Buffer => createHash('sha256').update(spki.subarray(-65)).digest().subarray(0, 20);
