/**
 * The `safeStorage` of Linux by the rules of Electron's source (electron_api_safe_storage.cc) and of Chromium's
 * (components/os_crypt): `v11` is encrypted with the keyring's key, `v10` with a password that everybody knows, which is
 * used where no keyring answers; AES-128-CBC without any check of integrity; what has neither mark is taken for clear text.
 */
import { createCipheriv, createDecipheriv, pbkdf2Sync, randomBytes } from 'node:crypto';

export type Keyring = {
  /** What `getSelectedStorageBackend` says: chosen by the desktop's name, whether anything answers there or not. */
  backend: 'basic_text' | 'gnome_libsecret' | 'kwallet6' | 'unknown';
  /** `locked`: it waits for its password, which `unlock` gives. */
  state: 'open' | 'locked' | 'absent';
  /** What the user's keyring holds for this program. */
  secret: string;
  /** Whether the system says that it can encrypt at all. */
  available: boolean;
  /** Whether the system's key has changed. */
  rotated: boolean;
  unlock(): void;
};

const tagLength = 3;
const iv = Buffer.alloc(16, ' ');
const keyFrom = (secret: string) => pbkdf2Sync(secret, 'saltysalt', 1, 16, 'sha1');

export function createSafeStorage(isReady: () => boolean) {
  const unlocked = Promise.withResolvers<void>();
  const keyring: Keyring = {
    backend: 'gnome_libsecret',
    state: 'open',
    secret: randomBytes(16).toString('base64'),
    available: true,
    rotated: false,
    unlock() {
      keyring.state = 'open';
      unlocked.resolve();
    },
  };
  const needReady = () => {
    if (!isReady()) throw new Error('safeStorage cannot be used before app is ready');
  };
  const answered = async () => {
    if (keyring.state === 'locked') await unlocked.promise;
  };
  const secretOf = (mark: string) => (mark === 'v11' && keyring.state === 'open' ? keyring.secret : 'peanuts');

  const safeStorage = {
    async isAsyncEncryptionAvailable(): Promise<boolean> {
      if (!isReady()) return false;
      await answered();
      return keyring.available;
    },
    getSelectedStorageBackend: () => (isReady() ? keyring.backend : 'unknown'),
    async encryptStringAsync(text: string): Promise<Buffer> {
      needReady();
      await answered();
      const mark = keyring.state === 'open' && keyring.backend !== 'basic_text' ? 'v11' : 'v10';
      const cipher = createCipheriv('aes-128-cbc', keyFrom(secretOf(mark)), iv);
      return Buffer.concat([Buffer.from(mark), cipher.update(text, 'utf8'), cipher.final()]);
    },
    async decryptStringAsync(sealed: Buffer): Promise<{ shouldReEncrypt: boolean; result: string }> {
      needReady();
      if (!Buffer.isBuffer(sealed)) {
        throw new Error('Expected the first argument of decryptStringAsync() to be a buffer');
      }
      await answered();
      const mark = sealed.subarray(0, tagLength).toString('latin1');
      if (mark !== 'v10' && mark !== 'v11') return { shouldReEncrypt: false, result: sealed.toString('utf8') };
      try {
        const decipher = createDecipheriv('aes-128-cbc', keyFrom(secretOf(mark)), iv);
        const text = Buffer.concat([decipher.update(sealed.subarray(tagLength)), decipher.final()]);
        return { shouldReEncrypt: keyring.rotated, result: text.toString('utf8') };
      } catch {
        throw new Error('Error while decrypting the ciphertext provided to safeStorage.decryptStringAsync.');
      }
    },
  };
  return { safeStorage, keyring };
}
