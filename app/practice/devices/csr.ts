import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import {
  bitString,
  nothing,
  objectIdentifier,
  octetString,
  sequence,
  set,
  smallInteger,
  tagged,
  utf8String,
} from './der.ts';

const commonName = objectIdentifier('2.5.4.3');
const ecdsaWithSha256 = objectIdentifier('1.2.840.10045.4.3.2');
const extensionRequest = objectIdentifier('1.2.840.113549.1.9.14');
const keyUsage = objectIdentifier('2.5.29.15');

export type CsrTraits = {
  /** Writes NULL where RFC 5758 §3.2 requires no parameters, as some firmware does. */
  nullParameters?: boolean;
  /** The named bits of a requested key usage extension: their bytes, and the number of unused bits in the last byte. */
  keyUsage?: { bytes: Uint8Array; unused: number };
};

/** A PKCS#10 request (RFC 2986) with subject `CN=…`, signed with ECDSA and SHA-256. DER. */
export function makeCsr(privateKey: KeyObject, subjectCommonName: string, traits: CsrTraits = {}): Buffer {
  const subject = sequence(set(sequence(commonName, utf8String(subjectCommonName))));
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const attributes: Uint8Array[] = [];
  if (traits.keyUsage) {
    const value = octetString(bitString(traits.keyUsage.bytes, traits.keyUsage.unused));
    attributes.push(sequence(extensionRequest, set(sequence(sequence(keyUsage, value)))));
  }
  const info = sequence(smallInteger(0), subject, publicKey, tagged(0, ...attributes));
  const algorithm = sequence(ecdsaWithSha256, ...(traits.nullParameters ? [nothing()] : []));
  return sequence(info, algorithm, bitString(sign('sha256', info, privateKey)));
}
