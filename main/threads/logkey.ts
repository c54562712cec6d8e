/** The key that signs the head of a station's log. It is a file of its own that only the station's user can read. */
import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StationError } from '../../app/contract/errors.ts';
import { replaceSynced, systemCodeOf, unwritten, whyUnwritten } from '../../app/files/index.ts';
import { type LogSigner, publicKeyBytes } from '../../app/records/log/note.ts';

/** Beside the keys of the CA: other users cannot read that folder. */
export const logKeyFile = (recordsFile: string): string => join(dirname(recordsFile), 'ca', 'log.key.pem');

/**
 * The signer of the log beside the records. Its key is made when there is none.
 *
 * @throws records.failed – the key can be neither read nor made
 */
export function logSigner(recordsFile: string): LogSigner {
  const file = logKeyFile(recordsFile);
  const key = keyIn(file) ?? makeKey(file);
  return { publicKey: publicKeyBytes(key), sign: (text) => sign(null, text, key) };
}

/**
 * The signer of the log beside the records, for one who makes no key.
 *
 * @throws records.failed – there is no key, or it cannot be read
 */
export function existingLogSigner(recordsFile: string): LogSigner {
  const key = keyIn(logKeyFile(recordsFile));
  if (key === undefined)
    throw new StationError('records.failed', 'the key of the log (ca/log.key.pem) is missing: open the station once');
  return { publicKey: publicKeyBytes(key), sign: (text) => sign(null, text, key) };
}

/** The public key of the log beside the records; undefined when there is no key. */
export function logPublicKey(recordsFile: string): Uint8Array | undefined {
  const key = keyIn(logKeyFile(recordsFile));
  return key && publicKeyBytes(key);
}

function keyIn(file: string): KeyObject | undefined {
  let pem: Buffer | undefined;
  try {
    pem = readFileSync(file);
    return createPrivateKey(pem);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    // What OpenSSL says of a file that is no key tells a person nothing, and may tell others of the key.
    const why =
      systemCodeOf(cause).startsWith('E') && 'syscall' in (cause as Error) ? whyUnwritten(cause) : 'it is no key';
    throw new StationError('records.failed', `the key of the log (ca/log.key.pem) cannot be read: ${why}`, { cause });
  } finally {
    pem?.fill(0);
  }
}

/** The file is whole or not there, whenever the power goes. */
function makeKey(file: string): KeyObject {
  const { privateKey } = generateKeyPairSync('ed25519');
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    replaceSynced(file, privateKey.export({ format: 'pem', type: 'pkcs8' }) as string, 0o600);
  } catch (cause) {
    throw unwritten('the key of the log (ca/log.key.pem)', cause);
  }
  return privateKey;
}
