import { type KeyObject, randomBytes, sign } from 'node:crypto';
import { bitString, objectIdentifier, sequence, smallInteger, tagged, time, unsigned } from '../../devices/der.ts';
import { armour } from './x509.ts';

/** What a certificate says. Names, the key and the extensions are DER. */
export type Said = {
  issuer: Buffer;
  subject: Buffer;
  spki: Buffer;
  /** `YYYYMMDDhhmmssZ`. */
  notBefore: string;
  notAfter: string;
  extensions: readonly Buffer[];
};

/** A certificate of version 3 with a random number, signed by a P-256 key with SHA-256 (RFC 5280 §4.1). PEM. */
export function certify({ issuer, subject, spki, notBefore, notAfter, extensions }: Said, key: KeyObject): string {
  const algorithm = sequence(objectIdentifier('1.2.840.10045.4.3.2'));
  const tbs = sequence(
    tagged(0, smallInteger(2)),
    unsigned(Buffer.concat([Buffer.from([1]), randomBytes(19)])),
    algorithm,
    issuer,
    sequence(time(notBefore), time(notAfter)),
    subject,
    spki,
    tagged(3, sequence(...extensions)),
  );
  return armour(sequence(tbs, algorithm, bitString(sign('sha256', tbs, key))).toString('base64'));
}

/** `YYYYMMDDhhmmssZ` of epoch milliseconds. */
export const timeText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;
