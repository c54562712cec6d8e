/** The request and the certificate that the firmware makes with Mbed TLS for `pki generate`. */
import { createHash, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import {
  bitString,
  boolean,
  objectIdentifier,
  octetString,
  sequence,
  set,
  smallInteger,
  tagged,
  taggedOctets,
  time,
  unsigned,
} from '../der.ts';
import { nameOf, type Subject } from '../subject.ts';

export const spki = (key: KeyObject): Buffer => createPublicKey(key).export({ type: 'spki', format: 'der' });

const ecdsaWithSha256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'));
const signed = (content: Buffer, key: KeyObject) =>
  sequence(content, ecdsaWithSha256, bitString(sign('sha256', content, key)));

/** A bit string with the first bit: key usage digitalSignature, and Netscape's type "SSL client". */
const firstBit = octetString(bitString(Buffer.from([0x80]), 7));
const keyUsage = objectIdentifier('2.5.29.15');
const nsCertType = sequence(objectIdentifier('2.16.840.1.113730.1.1'), firstBit);

/** PKCS#10, DER. Its extensions are an attribute (RFC 2985 §5.4.2). */
export function request(key: KeyObject, subject: Subject): Buffer {
  const extensions = sequence(sequence(keyUsage, firstBit), nsCertType);
  const attribute = sequence(objectIdentifier('1.2.840.113549.1.9.14'), set(extensions));
  return signed(sequence(smallInteger(0), nameOf(subject), spki(key), tagged(0, attribute)), key);
}

/** A certificate of the key for itself, with the fixed validity of the source (1970 to 2069). DER. */
export function selfSigned(key: KeyObject, subject: Subject): Buffer {
  const validity = sequence(time('19700101000000Z'), time('20691231235959Z'));
  // RFC 5280 §4.2.1.2, method 1: SHA-1 of the point, which ends the SubjectPublicKeyInfo.
  const keyId = createHash('sha1').update(spki(key).subarray(-65)).digest();
  const extensions = sequence(
    nsCertType,
    sequence(objectIdentifier('2.5.29.19'), octetString(sequence())),
    sequence(objectIdentifier('2.5.29.14'), octetString(octetString(keyId))),
    sequence(objectIdentifier('2.5.29.35'), octetString(sequence(taggedOctets(0, keyId)))),
    sequence(keyUsage, boolean(true), firstBit),
  );
  const version = tagged(0, smallInteger(2));
  const serial = unsigned(randomBytes(8));
  const name = nameOf(subject);
  const tbs = [version, serial, ecdsaWithSha256, name, validity, name, spki(key), tagged(3, extensions)];
  return signed(sequence(...tbs), key);
}
