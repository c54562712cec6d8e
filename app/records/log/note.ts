/**
 * The head of the log as text that others can check: a signed note (c2sp.org/signed-note) whose body is a checkpoint
 * (c2sp.org/tlog-checkpoint). Signatures are Ed25519; a public key has 32 bytes, a signature 64.
 */
import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';

export type LogHead = { size: number; root: Uint8Array };
/** Signs with the key of the log. */
export type LogSigner = { publicKey: Uint8Array; sign(text: Uint8Array): Uint8Array };

/** The name of a station's log, and of its key. */
export const originOf = (stationId: string): string => `birthmark/${stationId}`;

/** Base64 with padding, as notes have it. */
export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
/** The bytes of a base64 text in its one form; undefined when it is none. */
export const bytesOf = (text: string): Buffer | undefined => {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
};

/** The text that is signed: three lines. */
export const checkpointBody = (origin: string, { size, root }: LogHead): string =>
  `${origin}\n${size}\n${base64(root)}\n`;

/** The kind of key that signs a note, and of one that cosigns it (c2sp.org/tlog-cosignature). */
export const noteKind = 0x01;
export const cosignatureKind = 0x04;
type Kind = typeof noteKind | typeof cosignatureKind;
/** The first four bytes of the SHA-256 over the name, a line feed, the kind of key and the key. */
export const keyIdOf = (name: string, publicKey: Uint8Array, kind: Kind = noteKind): Buffer =>
  hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(kind), publicKey]), 'buffer').subarray(0, 4);

/** The public key as text that tools for transparency logs read: `name+id+key`. */
export const verifierKey = (origin: string, publicKey: Uint8Array, kind: Kind = noteKind): string =>
  `${origin}+${keyIdOf(origin, publicKey, kind).toString('hex')}+${base64(Buffer.concat([Buffer.of(kind), publicKey]))}`;

/** The name of a key: no plus sign, no space, and no control character, which a note could not hold. */
export const keyName = /^[^\s+\p{Cc}]{1,200}$/u;

/** Reads a text of `verifierKey`; undefined when it is no key of this kind, or its name is none. */
export function readVerifierKey(text: string, kind: Kind): { name: string; publicKey: Uint8Array } | undefined {
  const name = text.slice(0, Math.max(0, text.indexOf('+')));
  const publicKey = keyName.test(name) ? keyIn(text, name, kind) : undefined;
  return publicKey && { name, publicKey };
}

/** The 32 bytes of the public key in a text of `verifierKey`. Undefined when it is none of this name. */
export function keyIn(text: string, name: string, kind: Kind = noteKind): Uint8Array | undefined {
  // Base64 has a plus sign too: the key begins behind the name, the id of eight digits, and a plus sign each.
  const bytes = bytesOf(text.slice(name.length + 10));
  const key = bytes?.subarray(1);
  return key?.length === 32 && verifierKey(name, key, kind) === text ? key : undefined;
}

export type Signed = { publicKey: Uint8Array; signature: Uint8Array };

/** The checkpoint with its signature, as it is written to a file. */
export const signedNote = (origin: string, head: LogHead, { publicKey, signature }: Signed): string =>
  `${checkpointBody(origin, head)}\n— ${origin} ${base64(Buffer.concat([keyIdOf(origin, publicKey), signature]))}\n`;

export type Checkpoint = LogHead & {
  origin: string;
  /** The text that is signed. It may have further lines (c2sp.org/tlog-checkpoint), which a signature covers, too. */
  body: string;
  /** Of signatures in the name of the origin: the key's id and the signature. */
  signatures: { keyId: Buffer; signature: Buffer }[];
};

/**
 * Reads a checkpoint. Undefined when the text is none; a note has no control characters but line feeds. Signatures in other
 * names, e.g. of witnesses, are left out.
 */
export function readCheckpoint(note: string): Checkpoint | undefined {
  const end = note.indexOf('\n\n');
  if (end < 0 || !note.endsWith('\n') || /[\0-\x09\x0b-\x1f]/.test(note)) return undefined;
  const [origin = '', count = '', root = ''] = note.slice(0, end).split('\n');
  const rootBytes = bytesOf(root);
  if (origin === '' || !/^(0|[1-9]\d{0,14})$/.test(count) || rootBytes?.length !== 32) return undefined;
  const signatures: Checkpoint['signatures'] = [];
  for (const line of note.slice(end + 2, -1).split('\n')) {
    const [, name, text = ''] = /^— (\S+) (\S+)$/.exec(line) ?? [];
    const bytes = bytesOf(text);
    if (name === undefined || bytes === undefined || bytes.length < 5) return undefined;
    if (name === origin) signatures.push({ keyId: bytes.subarray(0, 4), signature: bytes.subarray(4) });
  }
  return { origin, body: note.slice(0, end + 1), size: Number(count), root: rootBytes, signatures };
}

/** RFC 8410: what comes before the 32 bytes of the key in its SubjectPublicKeyInfo. */
const spkiStart = Buffer.from('302a300506032b6570032100', 'hex');
/** The key for node:crypto. */
export const publicKeyObject = (publicKey: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.concat([spkiStart, publicKey]), format: 'der', type: 'spki' });
/** The public key as PEM, for openssl. */
export const spkiPem = (publicKey: Uint8Array): string =>
  publicKeyObject(publicKey).export({ format: 'pem', type: 'spki' }) as string;
/** The 32 bytes of the public key that belongs to a private one. */
export const publicKeyBytes = (key: KeyObject): Uint8Array =>
  new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(spkiStart.length));

const isTextSigned = (text: string, { publicKey, signature }: Signed): boolean =>
  publicKey.length === 32 &&
  signature.length === 64 &&
  verify(null, Buffer.from(text), publicKeyObject(publicKey), signature);

/** Whether the head of the log of this name was signed with this key. */
export const isSigned = (origin: string, head: LogHead, signed: Signed): boolean =>
  isTextSigned(checkpointBody(origin, head), signed);

/** Whether one of the checkpoint's signatures is by this key. It is for the whole text, so that no line is put under it later. */
export const isSignedBy = (checkpoint: Checkpoint, publicKey: Uint8Array): boolean => {
  const keyId = keyIdOf(checkpoint.origin, publicKey);
  return checkpoint.signatures.some(
    ({ keyId: by, signature }) => by.equals(keyId) && isTextSigned(checkpoint.body, { publicKey, signature }),
  );
};
