/**
 * The signature of the plant's documents: Ed25519 (RFC 8032) over the document as canonical JSON (RFC 8785). What is signed
 * names the plant, the kind and the version, so that no document can stand in another's place.
 */
import { createPublicKey, generateKeyPairSync, hash, type KeyObject, sign, verify } from 'node:crypto';
import { StationError } from '../contract/errors.ts';
import {
  type PlantDocument,
  type PlantDocumentKind,
  type PlantProblem,
  plantDocument,
} from '../contract/plantdocuments.ts';
import { canonical } from '../records/index.ts';

/** SubjectPublicKeyInfo of an Ed25519 key up to the key itself (RFC 8410 section 4). */
const spkiHead = Buffer.from('302a300506032b6570032100', 'hex');
const keyBytes = 32;

export const newPlantKey = (): KeyObject => generateKeyPairSync('ed25519').privateKey;

/** The 32 bytes of the public key; of a private key, those of its public half. */
export const publicBytes = (key: KeyObject): Uint8Array => {
  const spki = (key.type === 'private' ? createPublicKey(key) : key).export({ type: 'spki', format: 'der' });
  return new Uint8Array(spki.subarray(spkiHead.length));
};

const keyOf = (publicKey: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.concat([spkiHead, publicKey]), format: 'der', type: 'spki' });

/** The public key as SPKI in PEM. */
export const publicPem = (publicKey: Uint8Array): string =>
  keyOf(publicKey).export({ type: 'spki', format: 'pem' }).toString();

/** SHA-256 of the public key, lower-case hex. */
export const plantKeyId = (publicKey: Uint8Array): string => hash('sha256', publicKey, 'hex');

/** Reads SPKI in PEM, or 32 bytes in base64url. @throws call.badParams */
export function readPublicKey(text: string): Uint8Array {
  const given = text.trim();
  const bytes = Buffer.from(given, 'base64url');
  if (bytes.length === keyBytes && bytes.toString('base64url') === given) return new Uint8Array(bytes);
  try {
    const key = createPublicKey(given);
    if (key.asymmetricKeyType === 'ed25519') return publicBytes(key);
  } catch {
    // The same refusal as for a key of another kind.
  }
  throw new StationError('call.badParams', 'this is no public key of a plant (Ed25519, PEM)', {
    data: { path: 'key' },
  });
}

/** `text` is what `signature` is over, 64 bytes. */
export type SignedText = { text: string; signature: Uint8Array };

/** @throws call.badParams – the key is no Ed25519 key */
export function signDocument(document: PlantDocument, key: KeyObject): SignedText {
  if (key.asymmetricKeyType !== 'ed25519')
    throw new StationError('call.badParams', 'this is no key of a plant (Ed25519)');
  const text = canonical(document);
  return { text, signature: new Uint8Array(sign(null, Buffer.from(text), key)) };
}

/** What the reader expects. `publicKey`: 32 bytes. */
type Expected = { publicKey: Uint8Array; plantId: string; kind: PlantDocumentKind };
export type ReadDocument = { document: PlantDocument } | { problem: PlantProblem; why: string };

/** The document, if it is one of this plant and this kind, signed with this key and in its canonical form. */
export function readDocument({ text, signature }: SignedText, { publicKey, plantId, kind }: Expected): ReadDocument {
  if (!verify(null, Buffer.from(text), keyOf(publicKey), signature))
    return { problem: 'badSignature', why: 'the key that this station knows did not sign it' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: 'unreadable', why: 'it is no JSON' };
  }
  const { data: document, error } = plantDocument.safeParse(value);
  if (error) return { problem: 'unreadable', why: `${error.issues[0]?.path.join('.')}: ${error.issues[0]?.message}` };
  if (canonical(value) !== text) return { problem: 'unreadable', why: 'it is not in canonical form' };
  if (document.plantId !== plantId) return { problem: 'otherPlant', why: `it is of the plant ${document.plantId}` };
  if (document.kind !== kind) return { problem: 'badSignature', why: `what was signed is of ${document.kind}` };
  return { document };
}
