/** The credential storage of a modem (Nordic, nRF91x1 AT commands, %CMNG): one item under each security tag and type. */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';

/** What survives the loss of power: by `place`, `keys` that the modem made, and `items` as they were written. */
export type Store = {
  keys: Map<string, KeyObject>;
  items: Map<string, Buffer>;
  /** The modem's own key pair, from its production. */
  identity: KeyObject;
  /** Public keys for signed commands (%XPMNG), by tag. */
  owners: Map<string, string>;
};

/** The types of `%CMNG` that a person can write. */
export const types = { rootCa: 0, certificate: 1, privateKey: 2, psk: 3, pskIdentity: 4, owner: 5 } as const;

/** CME error numbers. `plain` is a bare ERROR. */
export const cme = {
  plain: 0,
  notFound: 513,
  notAllowed: 514,
  whileActive: 518,
  exists: 519,
  authentication: 520,
  keyGeneration: 523,
  invalidContent: 527,
} as const;

export const place = (tag: number, type: number): string => `${tag},${type}`;

/** A key does not change, and each listing asks for it. */
const known = new WeakMap<KeyObject, Buffer>();
export function spki(key: KeyObject): Buffer {
  const der = known.get(key) ?? createPublicKey(key).export({ type: 'spki', format: 'der' });
  known.set(key, der);
  return der;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').toUpperCase();

/** Tags above 2147483647 are the modem's, except twenty for tests whose TLS can be decrypted. */
export const mayUse = (tag: number): boolean => tag <= 2_147_483_667;

/** One credential as the modem lists it. */
export type Listed = { tag: number; type: number; sha256: string };

/** All credentials: those of persons by tag and type, then the three from the modem's production. */
export function listAll(store: Store, keyAt: (place: string) => KeyObject | undefined): Listed[] {
  const own = [...store.items.keys(), ...store.keys.keys()].map((at): Listed => {
    const [tag = 0, type = 0] = at.split(',').map(Number);
    const key = keyAt(at);
    return { tag, type, sha256: sha256(key ? spki(key) : (store.items.get(at) ?? Buffer.alloc(0))) };
  });
  own.sort((one, other) => one.tag - other.tag || one.type - other.type);
  return [
    ...own,
    { tag: 4_294_967_293, type: 10, sha256: sha256(Buffer.from('Nordic identity root CA')) },
    { tag: 4_294_967_294, type: 6, sha256: sha256(spki(store.identity)) },
    { tag: 4_294_967_292, type: 11, sha256: sha256(Buffer.from('Nordic public key')) },
  ];
}

/** Keeps the content. The digest that is listed later is that of the text, also for a private key. Returns a CME error number; `undefined` when it is kept. */
export function keep(store: Store, tag: number, type: number, content: string, passphrase?: string) {
  const at = place(tag, type);
  if (store.items.has(at) || store.keys.has(at)) return cme.exists;
  if (type === types.privateKey && !isPrivateKey(content, passphrase)) return cme.invalidContent;
  const isCertificate = type === types.rootCa || type === types.certificate;
  if (isCertificate && certificatesIn(content).length === 0) return cme.invalidContent;
  if (type === types.psk && !/^(?:[0-9a-f]{2})+$/i.test(content)) return cme.invalidContent;
  store.items.set(at, Buffer.from(content, 'latin1'));
  return undefined;
}

/** Firmware from 2.0.2 checks certificates. It accepts text only if all of it is certificates. */
export function certificatesIn(content: string): X509Certificate[] {
  const pems = content.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\r?\n?/g) ?? [];
  if (pems.join('') !== content) return [];
  try {
    return pems.map((pem) => new X509Certificate(pem));
  } catch {
    return [];
  }
}

function isPrivateKey(pem: string, passphrase?: string): boolean {
  try {
    createPrivateKey({ key: pem, ...(passphrase ? { passphrase } : {}) });
    return true;
  } catch {
    return false;
  }
}

/** Nordic's number for the chip in an attestation token, by the model that `AT+CGMM` reports. */
export function deviceType(model: string): number {
  const types: Record<string, number> = { nRF9160: 3, nRF9161: 4, nRF9131: 5, nRF9151: 6 };
  return types[/^nRF\d{4}/.exec(model)?.[0] ?? ''] ?? 6;
}
