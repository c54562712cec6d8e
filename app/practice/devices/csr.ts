import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { bitString, nothing, objectIdentifier, octetString, sequence, set, smallInteger, tagged } from './der.ts';
import { nameOf, type Subject } from './subject.ts';

const ecdsaWithSha256 = objectIdentifier('1.2.840.10045.4.3.2');
const extensionRequest = objectIdentifier('1.2.840.113549.1.9.14');
const keyUsage = objectIdentifier('2.5.29.15');

export type CsrTraits = {
  /** Writes NULL where RFC 5758 §3.2 requires no parameters, as some firmware does. */
  nullParameters?: boolean;
  /** The named bits of a requested key usage extension: their bytes, and the number of unused bits in the last byte. */
  keyUsage?: { bytes: Uint8Array; unused: number };
};

/** A signed CertificationRequestInfo, both as DER. */
export type SignedRequest = { info: Buffer; signature: Buffer };

/** A PKCS#10 request (RFC 2986), signed with ECDSA and SHA-256. DER. A text alone is the common name. */
export const makeCsr = (privateKey: KeyObject, subject: Subject | string, traits: CsrTraits = {}): Buffer =>
  assembleCsr(signRequest(privateKey, subject, traits), traits);

/** The parts of a request, for firmware that speaks of more than one form of the same request. */
export function signRequest(privateKey: KeyObject, subject: Subject | string, traits: CsrTraits): SignedRequest {
  const name = nameOf(typeof subject === 'string' ? [['CN', subject]] : subject);
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const attributes: Uint8Array[] = [];
  if (traits.keyUsage) {
    const value = octetString(bitString(traits.keyUsage.bytes, traits.keyUsage.unused));
    attributes.push(sequence(extensionRequest, set(sequence(sequence(keyUsage, value)))));
  }
  const info = sequence(smallInteger(0), name, publicKey, tagged(0, ...attributes));
  return { info, signature: bitString(sign('sha256', info, privateKey)) };
}

/** The request from its parts. DER. */
export const assembleCsr = ({ info, signature }: SignedRequest, { nullParameters }: CsrTraits): Buffer =>
  sequence(info, sequence(ecdsaWithSha256, ...(nullParameters ? [nothing()] : [])), signature);
