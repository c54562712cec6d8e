import { hash } from 'node:crypto';
import type * as Electron from 'electron';
import type { Vault } from '../../app/ca/index.ts';
import { StationError } from '../../app/contract/errors.ts';

/**
 * The vault of the operating system, by Electron's safeStorage (Keychain, DPAPI; on Linux the Secret Service or
 * KWallet) in its asynchronous form. It waits for `ready`, because it does not work before, and for a person when the
 * keyring is locked.
 */
export type VaultParts = {
  app: Pick<Electron.App, 'whenReady'>;
  safeStorage: Pick<
    Electron.SafeStorage,
    'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
  >;
};

export type VaultOptions = {
  platform?: NodeJS.Platform;
  /** The longest that a screen waits for an answer about the keyring. */
  lookMs?: number;
  /** The longest that an act waits for the keyring and for the person it may ask. */
  actMs?: number;
};

const noKeyring =
  'no keyring protects anything here: install gnome-keyring (or another Secret Service) or KWallet, and sign in to a desktop session that opens it';
const silent = 'the keyring does not answer; it may be waiting for its own password';

/**
 * The mark on text that Chromium encrypted with a password from its own source. It does so on Linux when no keyring
 * answers (components/os_crypt, posix_key_provider.cc). `isAsyncEncryptionAvailable` says yes in that case too.
 */
const unprotected = Buffer.from('v10');

export function createVault({ app, safeStorage }: VaultParts, options: VaultOptions = {}): Vault {
  const { platform = process.platform, lookMs = 3_000, actMs = 60_000 } = options;

  const seal = async (text: string): Promise<Buffer> => {
    const sealed = await safeStorage.encryptStringAsync(marked(text));
    if (platform === 'linux' && sealed.subarray(0, unprotected.length).equals(unprotected)) throw new Error(noKeyring);
    return sealed;
  };
  /** @throws Error – with the reason for a person, when the vault would protect nothing */
  const examine = async (): Promise<void> => {
    await app.whenReady();
    if (!(await safeStorage.isAsyncEncryptionAvailable())) {
      throw new Error('the operating system offers no encryption here');
    }
    if (platform !== 'linux') return;
    if (['basic_text', 'unknown'].includes(safeStorage.getSelectedStorageBackend())) throw new Error(noKeyring);
    await seal('a trial');
  };
  /** The one running question. A locked keyring must not be asked again by every screen. */
  let asking: Promise<void> | undefined;
  const ask = (): Promise<void> => {
    asking ??= examine().finally(() => {
      asking = undefined;
    });
    return asking;
  };

  return {
    async availability() {
      try {
        await within(lookMs, ask());
        return { available: true };
      } catch (error) {
        return { available: false, reason: reasonOf(error) };
      }
    },
    async encrypt(text) {
      try {
        return new Uint8Array(
          await within(
            actMs,
            ask().then(() => seal(text)),
          ),
        );
      } catch (cause) {
        throw new StationError('ca.unfit', reasonOf(cause), { cause });
      }
    },
    async decrypt(sealed) {
      const open = () => safeStorage.decryptStringAsync(Buffer.from(sealed));
      try {
        const { result, shouldReEncrypt } = await within(actMs, app.whenReady().then(open));
        return { text: unmarked(result), renew: shouldReEncrypt };
      } catch (cause) {
        const why = `the operating system does not give back the passphrase it kept: ${reasonOf(cause)}`;
        throw new StationError('ca.locked', why, { cause });
      }
    },
  };
}

/**
 * On Linux the encrypted text has no integrity check (AES-CBC), and bytes that were never encrypted pass for clear
 * text.
 */
const marked = (text: string): string => `${hash('sha256', text)}:${text}`;

function unmarked(result: string): string {
  const text = result.slice(result.indexOf(':') + 1);
  if (marked(text) !== result) throw new Error('it is damaged, or was kept for another user');
  return text;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(silent)), ms);
    void answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
