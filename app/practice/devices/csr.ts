import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { bitString, objectIdentifier, sequence, set, smallInteger, tagged, utf8String } from './der.ts';

const commonName = objectIdentifier('2.5.4.3');
const ecdsaWithSha256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'));

/** A PKCS#10 request (RFC 2986) with subject `CN=…` and no attributes, signed with ECDSA and SHA-256. DER. */
export function makeCsr(privateKey: KeyObject, subjectCommonName: string): Buffer {
  const subject = sequence(set(sequence(commonName, utf8String(subjectCommonName))));
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const info = sequence(smallInteger(0), subject, publicKey, tagged(0));
  return sequence(info, ecdsaWithSha256, bitString(sign('sha256', info, privateKey)));
}
