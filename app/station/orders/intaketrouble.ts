/** Why the drop folder or the hook does not run: from the errors of the system, and in English for commands. */
import type { IntakeTrouble } from '../../contract/model.ts';

const ofFiles = ['stat', 'open', 'read'];
const forbidden = ['EACCES', 'EPERM', 'EROFS'];

/** What keeps the station from the folder. */
export function folderTrouble(thrown: unknown): IntakeTrouble {
  const { code } = factsOf(thrown);
  if (code === 'ENOENT' || code === 'ENOTDIR') return { what: 'noFolder', code };
  return { what: forbidden.includes(code) ? 'notAllowed' : 'noRead', code };
}

/** What keeps the hook from listening. */
export function listenTrouble(thrown: unknown): IntakeTrouble {
  const { code, syscall } = factsOf(thrown);
  // OpenSSL's errors have names such as ERR_OSSL_PEM_NO_START_LINE; the system's name the call that failed.
  if (code.startsWith('ERR_') || ofFiles.includes(syscall)) return { what: 'tlsFiles', code };
  if (code === 'EADDRINUSE') return { what: 'portTaken', code };
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return { what: 'noAddress', code };
  if (code === 'NO_TLS') return { what: 'noTls', code };
  return { what: forbidden.includes(code) ? 'notAllowed' : 'noListen', code };
}

function factsOf(thrown: unknown): { code: string; syscall: string } {
  const { code = 'error', syscall = '' } = thrown instanceof Error ? (thrown as NodeJS.ErrnoException) : {};
  return { code, syscall };
}

const sentences: Record<IntakeTrouble['what'], string> = {
  portTaken: 'another program listens on this port: choose another one',
  noAddress: 'this PC does not have this address: choose one that it has',
  notAllowed: 'the system does not allow it: give the station the right, or choose another port or folder',
  tlsFiles: 'its certificate and key cannot be used: name a readable PEM certificate and the key that belongs to it',
  noTls: 'other machines reach this address, so it needs a certificate and its key',
  noListen: 'it cannot listen: check host and port',
  noFolder: 'the folder is not there: make it, or name another one',
  noRead: 'the folder cannot be read: check the disk or the share',
  passedOver:
    'not taken: an empty file, a link, a folder, or a workbook of another kind than XLSX: put a whole file there',
};

/** The part with its trouble in English, too. */
export const withSentence = <T extends { trouble: IntakeTrouble | null }>(part: T): T & { error: string | null } => ({
  ...part,
  error: part.trouble && `${sentences[part.trouble.what]} (${part.trouble.code})`,
});
