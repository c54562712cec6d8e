/** A request for the certificate of an issuing CA, to be signed by an outside CA: PKCS #10 (RFC 2986). */
import { StationError } from '../../contract/errors.ts';
import { bitString, encode, explicit, integer, oid, raw, sequence, setOf } from '../asn1/der.ts';
import { oids } from '../asn1/oids.ts';
import { algorithmFor, importKey, keyIdentifier, readKey } from '../keys/publickey.ts';
import { encodeAlgorithm, verifies } from '../x509/algorithm.ts';
import { basicConstraints, keyUsage, subjectKeyIdentifier } from '../x509/extension.ts';
import type { CaKey } from './key.ts';
import { type CaNames, caSubject } from './plan.ts';

/**
 * The DER of the request. It asks for the extensions of an issuing CA (RFC 2985 §5.4.2). The outside CA may decide
 * otherwise; its answer is checked when it comes.
 * @throws `call.badParams`, `ca.mismatch`, and as `CaKey.sign`
 */
export async function caRequest({ key, ...names }: CaNames & { key: CaKey }): Promise<Uint8Array> {
  const facts = readKey(key.spkiDer);
  const algorithm = algorithmFor(facts.keyType);
  const extensions = sequence(
    basicConstraints({ pathLength: 0 }),
    keyUsage(['keyCertSign', 'cRLSign']),
    subjectKeyIdentifier(keyIdentifier(key.spkiDer)),
  );
  // [0] IMPLICIT SET OF Attribute. With one element the bytes are those of an explicit tag.
  const attributes = explicit(0, sequence(oid(oids.extensionRequest), setOf(extensions)));
  const info = encode(sequence(integer(0), raw(caSubject(names)), raw(key.spkiDer), attributes));
  const signature = await key.sign(algorithm, info);
  if (!verifies(algorithm, info, importKey(facts), signature))
    throw new StationError('ca.mismatch', "the CA's request: the signature does not verify");
  return encode(sequence(raw(info), encodeAlgorithm(algorithm), bitString(signature)));
}
