/** A request for a certificate of a key that this station made and that is no CA's: PKCS #10 (RFC 2986). */
import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { bitString, encode, integer, raw, sequence } from '../asn1/der.ts';
import { encodeAlgorithm } from './algorithm.ts';
import { encodeName } from './name.ts';

/** `attributes [0]` of a request that asks for no extension. */
const noAttributes = Uint8Array.of(0xa0, 0);

/**
 * The DER of a request for a P-256 key, signed with SHA-256, and the key's SubjectPublicKeyInfo.
 *
 * @param commonName at most 64 characters
 */
export function keyRequest(privateKey: KeyObject, commonName: string): { csrDer: Uint8Array; spkiDer: Uint8Array } {
  const spkiDer = new Uint8Array(createPublicKey(privateKey).export({ type: 'spki', format: 'der' }));
  const subject = encode(encodeName([['commonName', commonName]]));
  const info = encode(sequence(integer(0), raw(subject), raw(spkiDer), raw(noAttributes)));
  const signature = sign('sha256', info, privateKey);
  return { csrDer: encode(sequence(raw(info), encodeAlgorithm('ecdsa-with-SHA256'), bitString(signature))), spkiDer };
}
