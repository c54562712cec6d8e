import { createHash, createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { Online } from '../firmware.ts';

/**
 * The storage of a Zephyr device: PSA keys, and credentials by security tag and type (zephyr:
 * tls_credentials_trusted.c).
 */
export type ZephyrStore = {
  /** PSA's persistent, non-exportable keys; the id is the security tag. */
  keys: Map<number, KeyObject>;
  /** CONFIG_TLS_MAX_CREDENTIALS_NUMBER places. A free one is used first. */
  slots: (Credential | undefined)[];
  /**
   * The one security tag whose key is registered for TLS: `registered_key_id` of keygen.c. It is lost with the power.
   */
  registered: number | undefined;
  /** What the shell keeps about credentials in RAM. It is lost with the power. */
  copies: HeapCopies;
};

/**
 * Credentials that the shell copied to the heap (CONFIG_TLS_CREDENTIALS_BACKEND_VOLATILE): its references to them, and
 * the heap that is used.
 */
export type HeapCopies = { references: (Credential | undefined)[]; usedBytes: number };
export const noCopies = (places: number): HeapCopies => {
  return { references: Array(places).fill(undefined), usedBytes: 0 };
};

export type Credential = { secTag: number; type: CredentialType; bytes: Buffer };
export type CredentialType = 'CA' | 'SERV' | 'PK' | 'PK_PSA' | 'PSK' | 'PSK_ID';

/** For each type the name for people and then all synonyms. `cred list` prints the last, which is the key here. */
export const typeNames: Record<CredentialType, readonly string[]> = {
  CA: ['CA_CERT', 'CA'],
  SERV: ['SERVER_CERT', 'CLIENT_CERT', 'SELF_CERT', 'SELF', 'CLIENT', 'SERV'],
  PK: ['PRIVATE_KEY', 'PK'],
  PK_PSA: ['PRIVATE_KEY_PSA', 'PK_PSA'],
  PSK: ['PRE_SHARED_KEY', 'PSK'],
  PSK_ID: ['PRE_SHARED_KEY_ID', 'PSK_ID'],
};

/** The errno of Zephyr's C libraries, as its functions return it. */
export const errno = { io: -5, noMemory: -12, exists: -17, invalid: -22, notSupported: -134 } as const;

export const findCredential = (store: ZephyrStore, secTag: number, type: CredentialType): Credential | undefined =>
  store.slots.find((each) => each?.secTag === secTag && each.type === type);

/** Adds a credential. Returns 0 or an errno. */
export function addCredential(store: ZephyrStore, credential: Credential): number {
  if (findCredential(store, credential.secTag, credential.type)) return errno.exists;
  const free = store.slots.indexOf(undefined);
  if (free < 0) return errno.noMemory;
  store.slots[free] = credential;
  return 0;
}

export function removeCredential(store: ZephyrStore, secTag: number, type: CredentialType): void {
  const at = store.slots.findIndex((each) => each?.secTag === secTag && each.type === type);
  if (at >= 0) store.slots[at] = undefined;
}

/** `register_key` of keygen.c. The credential is the key's id in four bytes. Returns 0 or an errno. */
export function registerKey(store: ZephyrStore, secTag: number): number {
  if (store.registered !== undefined && store.registered !== secTag) return errno.notSupported;
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(secTag);
  const failed = addCredential(store, { secTag, type: 'PK_PSA', bytes });
  if (failed !== 0 && failed !== errno.exists) return failed;
  store.registered = secTag;
  return 0;
}

export const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('base64');

export function contentOf(store: ZephyrStore): Map<string, Buffer> {
  const content = new Map<string, Buffer>();
  for (const each of store.slots) if (each) content.set(`${each.secTag},${each.type}`, each.bytes);
  for (const [secTag, key] of store.keys)
    content.set(`${secTag},key`, createPublicKey(key).export({ type: 'spki', format: 'der' }));
  return content;
}

/** The claim under this tag: a key that was written, its certificate, and the root. */
export function claimIn(store: ZephyrStore, secTag: number): Online | undefined {
  const [key, certificate, root] = (['PK', 'SERV', 'CA'] as const).map(
    (type) => findCredential(store, secTag, type)?.bytes,
  );
  if (!key || !certificate || !root) return undefined;
  const pem = (bytes: Buffer) => new X509Certificate(bytes).toString();
  const identity = { key: createPrivateKey({ key, format: 'der', type: 'pkcs8' }), certificatePem: pem(certificate) };
  return { identity, isClaim: true, rootPem: pem(root), endpoint: '', thingName: '' };
}
