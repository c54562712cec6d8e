/** Certificates of CAs made by hand, right or wrong in one thing, without another tool. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type Asn1, boolean, octetString, oid, raw, sequence } from '../../app/ca/asn1/der.ts';
import { assemble } from '../../app/ca/x509/assemble.ts';
import { basicConstraints, keyUsage, subjectKeyIdentifier } from '../../app/ca/x509/extension.ts';
import { encodeTbs, newSerial } from '../../app/ca/x509/tbs.ts';
import { StationError } from '../../app/contract/errors.ts';
import { hex, nameOf } from './support.ts';

export const at = (text: string) => new Date(`${text}T00:00:00Z`);
export const now = at('2030-06-01');
export const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const [rootKey, middleKey, leafKey, strangerKey] = [newKey(), newKey(), newKey(), newKey()];
export type Pair = { publicKey: KeyObject; privateKey: KeyObject };
export const spkiOf = ({ publicKey }: { publicKey: KeyObject }) =>
  new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
export const extension = (type: string, critical: boolean, value: Uint8Array): Asn1 =>
  sequence(oid(type), ...(critical ? [boolean(true)] : []), octetString(value));

export type Terms = {
  name?: string | null;
  /** The DER of the whole subject, and of the issuer unless there is `by`. */
  subject?: Uint8Array;
  by?: string;
  key?: Pair;
  signer?: Pair;
  extensions?: readonly Asn1[];
  from?: Date;
  to?: Date;
};
export const usual = [
  basicConstraints({ pathLength: 0 }),
  keyUsage(['keyCertSign', 'cRLSign']),
  subjectKeyIdentifier(hex('0a')),
];
/** A root unless told otherwise: the certificate's DER. */
export function ca({
  name = 'Root',
  subject = name === null ? hex('3000') : nameOf(name),
  by,
  key = rootKey,
  signer = key,
  extensions = usual,
  ...time
}: Terms = {}): Uint8Array {
  const tbsDer = encodeTbs({
    serialHex: newSerial(),
    algorithm: 'ecdsa-with-SHA256',
    issuerDer: by === undefined ? subject : nameOf(by),
    notBefore: time.from ?? at('2030-01-01'),
    notAfter: time.to ?? at('2031-01-01'),
    subject: raw(subject),
    spkiDer: spkiOf(key),
    extensions,
  });
  return assemble(tbsDer, 'ecdsa-with-SHA256', sign('sha256', tbsDer, signer.privateKey));
}

export const outcome = (act: () => unknown): string => {
  try {
    act();
    return 'fit';
  } catch (error) {
    assert.ok(error instanceof StationError, String(error));
    return String(error.data?.reason ?? error.code);
  }
};

export const wide = (pathLength: number) => [basicConstraints({ pathLength }), ...usual.slice(1)];
