/** A CA's private key, wherever it lives: in a file and then in this process's memory, in a token, in AWS KMS. */
import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import type { CaKeyType, Custody, Token } from '../../contract/authority.ts';
import { StationError } from '../../contract/errors.ts';
import { keyFor, type SignatureAlgorithm, signatureAlgorithms } from '../x509/algorithm.ts';

export type CaKeyState = 'ready' | 'absent' | 'closed';

export interface CaKey {
  /** DER of its SubjectPublicKeyInfo. */
  readonly spkiDer: Uint8Array;
  /**
   * The signature (ECDSA: DER; RSA: as is) over `data`, hashed as the algorithm says. Throws `ca.locked` once closed,
   * `ca.tokenAbsent`, `ca.tokenFailed`, `ca.signFailed` or `cloud.*`.
   */
  sign(algorithm: SignatureAlgorithm, data: Uint8Array): Promise<Uint8Array>;
  /** `absent` while its token is not plugged in, `closed` once it was. */
  state(): CaKeyState;
  /** Calls `listener` when `state` changes; returns the way to stop. */
  onState(listener: () => void): () => void;
  /** Forgets it here: the key, or the PIN that opens it. Idempotent. */
  close(): void;
}

type CustodyIn<K extends Custody['kind']> = Extract<Custody, { kind: K }>;

/** PKCS#11 tokens. The real one is native/pkcs11.ts, on a thread of its own. */
export interface Tokens {
  /** Paths of modules that are installed where their makers put them. */
  modules(): Promise<string[]>;
  /** Loads nothing. Throws `ca.moduleUnsafe` where others could have changed the file (`data.reason`, `data.at`). */
  check(module: string): Promise<void>;
  /** Throws `ca.noTokens` where the module cannot be loaded, `ca.moduleUnsafe` where it is not. So does whatever loads it. */
  list(module: string): Promise<Token[]>;
  /**
   * Makes a key pair in the token, never to leave it, or takes `keyIdHex`, of which the same is asked. Throws `ca.wrongPin`
   * (`data.pin`: what is left), `ca.pinLocked`, `ca.tokenAbsent`, `ca.tokenFailed`, or `ca.unfit` for a key to be taken.
   */
  makeKey(request: {
    module: string;
    tokenSerial: string;
    pin: string;
    keyIdHex?: string | undefined;
    keyType: CaKeyType;
    label: string;
  }): Promise<{ custody: CustodyIn<'token'>; key: CaKey }>;
  /** As `makeKey`, for one that is there. The PIN stays in the thread until `close`, so that a token that was pulled is used again when it is back. */
  open(custody: CustodyIn<'token'>, pin: string): Promise<CaKey>;
  /** What is known without a PIN; `absent` where the token is not plugged in. */
  state(custody: CustodyIn<'token'>): Promise<Token['pin'] | 'absent'>;
  /** Asks the token of every open key now, not at the next turn: sessions may have ended while the PC slept. */
  lookAnew?(): Promise<void>;
  close(): Promise<void>;
}

/** Keys of a key management service. The real one is app/registration/kms.ts. */
export interface KeyService {
  /** Makes a signing key, or takes `keyArn`. Throws `cloud.*` or `ca.unfit`. */
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
 * What the operating system keeps for this program, encrypted for its user. The real one is Electron's safeStorage
 * (main/electron/vault.ts). Its keyring may ask a person for a password first: never wait for it where a screen waits.
 */
export interface Vault {
  /** Whether it protects anything here; `reason`, in words for a person, where it does not. Never rejects. */
  availability(): Promise<{ available: boolean; reason?: string }>;
  /** Throws `ca.unfit` where it is not available. */
  encrypt(text: string): Promise<Uint8Array>;
  /** Throws `ca.locked` where it is not this user's, damaged, or the keyring does not answer. `renew`: encrypt it again, the system's key has changed. */
  decrypt(sealed: Uint8Array): Promise<{ text: string; renew: boolean }>;
}

/** A key in this process's memory. Signing runs on node's thread pool, unless it is quicker than the way there. */
export function softwareKey(privateKey: KeyObject): CaKey {
  // Dropping it is all node allows; OpenSSL clears the memory when the last signature under way is done.
  let key: KeyObject | undefined = privateKey;
  const listeners = new Set<() => void>();
  // A P-256 signature takes 25 µs, waking a thread for it up to 100; RSA's takes 250, the larger curves' more.
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
