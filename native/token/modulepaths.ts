/** The places where token makers and distributions put their PKCS#11 modules. */
import { access, realpath } from 'node:fs/promises';
import { posix, win32 } from 'node:path';

const linuxFolders = [
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/usr/lib64',
  '/usr/lib',
  '/usr/local/lib',
];
/** SoftHSM2, YubiHSM 2, YubiKey PIV, OpenSC; also in the folder `pkcs11`, where p11-kit's packages put links. */
const linuxNames = [
  'softhsm/libsofthsm2.so',
  'libsofthsm2.so',
  'yubihsm_pkcs11.so',
  'libykcs11.so',
  'libykcs11.so.2',
  'opensc-pkcs11.so',
];
const macFolders = ['/opt/homebrew/lib', '/usr/local/lib', '/Library/OpenSC/lib'];
const macNames = ['softhsm/libsofthsm2.so', 'yubihsm_pkcs11.dylib', 'libykcs11.dylib', 'opensc-pkcs11.so'];
const windowsNames = [
  'SoftHSM2\\lib\\softhsm2-x64.dll',
  'Yubico\\YubiHSM Shell\\bin\\pkcs11\\yubihsm_pkcs11.dll',
  'Yubico\\Yubico PIV Tool\\bin\\libykcs11.dll',
  'OpenSC Project\\OpenSC\\pkcs11\\opensc-pkcs11.dll',
];

export function usualPlaces(platform: string = process.platform): string[] {
  if (platform === 'win32') {
    const folders = [process.env.ProgramFiles ?? 'C:\\Program Files', 'C:\\'];
    return windowsNames.flatMap((name) => folders.map((folder) => win32.join(folder, name)));
  }
  const [folders, names] = platform === 'darwin' ? [macFolders, macNames] : [linuxFolders, linuxNames];
  const all = names.flatMap((name) => [name, `pkcs11/${name}`]);
  return all.flatMap((name) => folders.map((folder) => posix.join(folder, name)));
}

/** Paths of the modules that exist, each file once. */
export async function findModules(places: readonly string[] = usualPlaces()): Promise<string[]> {
  const found = new Map<string, string>();
  for (const path of places) {
    try {
      await access(path);
      const file = await realpath(path);
      if (!found.has(file)) found.set(file, path);
    } catch {
      // It is not there.
    }
  }
  return [...found.values()];
}
