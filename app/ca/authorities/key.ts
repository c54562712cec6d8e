/** A CA's private key, wherever it lives: in a file (then in this process's memory), in a token, or in AWS KMS. */
import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import type { CaKeyType, Custody, Token } from '../../contract/authority.ts';
import { StationError } from '../../contract/errors.ts';
import { keyFor, type SignatureAlgorithm, signatureAlgorithms } from '../x509/algorithm.ts';

export type CaKeyState = 'ready' | 'absent' | 'closed';

export interface CaKey {
  /** The DER of the key's SubjectPublicKeyInfo. */
  readonly spkiDer: Uint8Array;
  /**
   * The signature (ECDSA: DER; RSA: as is) over `data`, hashed as the algorithm says.
   * @throws `ca.locked` – after `close`; `ca.tokenAbsent`, `ca.tokenFailed`, `ca.signFailed`, `cloud.*`
   */
  sign(algorithm: SignatureAlgorithm, data: Uint8Array): Promise<Uint8Array>;
  /** `absent` while the token is not plugged in; `closed` after `close`. */
  state(): CaKeyState;
  /** Calls `listener` when `state` changes. Returns the function that stops this. */
  onState(listener: () => void): () => void;
  /** Removes the key, or the PIN that opens it, from this process. Idempotent. */
  close(): void;
}

type CustodyIn<K extends Custody['kind']> = Extract<Custody, { kind: K }>;

/** PKCS#11 tokens. The real one is native/pkcs11.ts, on a thread of its own. */
export interface Tokens {
  /** Paths of modules that are installed in their makers' usual places. */
  modules(): Promise<string[]>;
  /**
   * Checks the file without loading it.
   * @throws `ca.moduleUnsafe` – when other users could have changed the file (`data.reason`, `data.at`)
   */
  check(module: string): Promise<void>;
  /**
   * @throws `ca.noTokens` – when the module cannot be loaded; `ca.moduleUnsafe` – when it may not be. Every call that
   * loads the module throws the same.
   */
  list(module: string): Promise<Token[]>;
  /**
   * Makes a key pair inside the token; the private key cannot leave it. With `keyIdHex` it takes an existing key, which
   * must meet the same requirements.
   * @throws `ca.wrongPin` (`data.pin` holds the tries left), `ca.pinLocked`, `ca.tokenAbsent`, `ca.tokenFailed`;
   * `ca.unfit` – when the existing key does not serve
   */
  makeKey(request: {
    module: string;
    tokenSerial: string;
    pin: string;
    keyIdHex?: string | undefined;
    keyType: CaKeyType;
    label: string;
  }): Promise<{ custody: CustodyIn<'token'>; key: CaKey }>;
  /**
   * Opens an existing key. The PIN stays in the thread until `close`, so that a token that was pulled works again after
   * it returns.
   * @throws as `makeKey`
   */
  open(custody: CustodyIn<'token'>, pin: string): Promise<CaKey>;
  /** The state that is known without a PIN; `absent` when the token is not plugged in. */
  state(custody: CustodyIn<'token'>): Promise<Token['pin'] | 'absent'>;
  /** Checks the token of every open key now, not at the next poll: sessions may have ended while the PC slept. */
  lookAnew?(): Promise<void>;
  close(): Promise<void>;
}

/** Keys of a key management service. The real one is app/registration/kms.ts. */
export interface KeyService {
  /**
   * Makes a signing key, or takes the one at `keyArn`.
   * @throws `cloud.*`, `ca.unfit`
   */
  makeKey(request: {
    region: string;
    endpointUrl?: string | undefined;
    keyArn?: string | undefined;
    keyType: CaKeyType;
    label: string;
  }): Promise<{ custody: CustodyIn<'kms'>; key: CaKey }>;
  open(custody: CustodyIn<'kms'>): Promise<CaKey>;
  close(): void;
}

/**
 * Secrets that the operating system keeps for this program, encrypted for its user. The real one is Electron's
 * safeStorage (main/electron/vault.ts). Its keyring may first ask a person for a password, so no screen may wait for
 * it.
 */
export interface Vault {
  /**
   * Whether the vault protects anything on this machine. When it does not, `reason` says why in words for a person.
   * Never rejects.
   */
  availability(): Promise<{ available: boolean; reason?: string }>;
  /** @throws `ca.unfit` – when the vault is not available */
  encrypt(text: string): Promise<Uint8Array>;
  /**
   * `renew` asks the caller to encrypt the text again, because the system's key has changed.
   * @throws `ca.locked` – when the data is another user's or damaged, or when the keyring does not answer
   */
  decrypt(sealed: Uint8Array): Promise<{ text: string; renew: boolean }>;
}

/** A key in this process's memory. Signing runs on node's thread pool, except where signing at once is quicker. */
export function softwareKey(privateKey: KeyObject): CaKey {
  // Node allows no more than dropping the key. OpenSSL clears the memory after the last running signature.
  let key: KeyObject | undefined = privateKey;
  const listeners = new Set<() => void>();
  // A P-256 signature takes 25 µs, and waking a thread for it takes up to 100. RSA takes 250, and the larger curves
  // take more.
  const isQuick = privateKey.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  return {
    spkiDer: new Uint8Array(createPublicKey(privateKey).export({ type: 'spki', format: 'der' })),
    sign(algorithm, data) {
      if (key === undefined) return Promise.reject(new StationError('ca.locked', 'the CA is locked'));
      const input = keyFor(algorithm, key);
      const { hash } = signatureAlgorithms[algorithm];
      return new Promise((resolve, reject) => {
        const settle = (cause: unknown, signature?: Uint8Array): void => {
          if (signature !== undefined) resolve(new Uint8Array(signature));
          else reject(new StationError('ca.signFailed', 'signing failed', { cause }));
        };
        if (!isQuick) return sign(hash, data, input, settle);
        try {
          settle(undefined, sign(hash, data, input));
        } catch (cause) {
          settle(cause);
        }
      });
    },
    state: () => (key === undefined ? 'closed' : 'ready'),
    onState(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      if (key === undefined) return;
      key = undefined;
      for (const listener of listeners) listener();
    },
  };
}
