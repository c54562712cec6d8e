/** The layout of a station's data folder, and the one way files in it are written: whole or not at all. */
import { constants } from 'node:fs';
import { access, chmod, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pemOf } from '../../ca/index.ts';
import { StationError } from '../../contract/errors.ts';
import {
  assertNotOfStation,
  createTemporary,
  hands,
  makeFolderFor,
  sweepTemporaries,
  syncFolder,
  unwritten,
  whyUnwritten,
} from '../../files/index.ts';
import { readJson } from '../../iot/index.ts';
import { type ConfigStore, type StationConfig, stationConfig } from './config.ts';

/** The paths of a station's files in its data folder. */
export const paths = (dir: string) => ({
  config: join(dir, 'station.json'),
  records: join(dir, 'records.db'),
  ca: join(dir, 'ca'),
  rootCertificate: join(dir, 'ca', 'root.crt.pem'),
  rootKey: join(dir, 'ca', 'root.key.pem'),
  issuingCertificate: join(dir, 'ca', 'issuing.crt.pem'),
  issuingKey: join(dir, 'ca', 'issuing.key.pem'),
  crl: join(dir, 'crl', 'issuing.crl'),
  crlPem: join(dir, 'crl', 'issuing.crl.pem'),
  crlOf: (issuerId: string) => join(dir, 'crl', `${issuerId.slice(0, 16)}.crl`),
  profiles: join(dir, 'profiles'),
  batches: join(dir, 'batches'),
  exports: join(dir, 'exports'),
  log: join(dir, 'log'),
});

/**
 * Writes by temporary file, fsync, rename and fsync of the folder. Only the owner can read `secret` files and a folder
 * that is made for them. A link in the file's place is replaced, not followed.
 * @throws `records.diskFull`, `records.failed`
 */
export async function writeWhole(
  file: string,
  content: string | Uint8Array | AsyncIterable<Uint8Array>,
  secret = false,
): Promise<void> {
  const { temporary, handle } = await begin(file, secret).catch((cause) => {
    throw unwritten(file, cause);
  });
  try {
    await handle.writeFile(content);
    await handle.sync();
  } catch (cause) {
    await handle.close();
    await hands.remove(temporary).catch(() => {});
    // What the bytes come from has said why they do not.
    throw unwritten(file, cause);
  }
  await handle.close();
  await hands.rename(temporary, file).catch(async (thrown: unknown) => {
    await hands.remove(temporary).catch(() => {});
    throw thrown;
  });
  await syncFolder(dirname(file));
}

/**
 * As `writeWhole`, for a file that a person named.
 * @throws `records.diskFull`, `records.failed`, also where it would replace a file of a station
 */
export async function writeOut(...[file, ...rest]: Parameters<typeof writeWhole>): Promise<void> {
  await assertNotOfStation(file);
  await writeWhole(file, ...rest);
}

async function begin(file: string, secret: boolean) {
  await makeFolderFor(file, secret ? 0o700 : 0o777);
  return hands.patiently(file, () => createTemporary(file, secret ? 0o600 : 0o644));
}

/** The rights that other users must not have, by folder. */
const closed = (dir: string) =>
  [
    [dir, 0o022],
    [paths(dir).ca, 0o077],
  ] as const;

/**
 * Other users must not write where the station keeps its files, or read where its keys are. This removes such rights if
 * it can; `doctor` reports those that stay. Windows keeps such rights elsewhere and is left alone.
 */
export async function closeFolders(dir: string): Promise<void> {
  if (process.platform === 'win32') return;
  for (const [folder, forbidden] of closed(dir)) {
    const mode = await stat(folder).then(
      (found) => found.mode & 0o7777,
      () => 0,
    );
    if ((mode & forbidden) !== 0) await chmod(folder, mode & ~forbidden).catch(() => {});
  }
}

/** Removes files that a power cut left half-written. The caller holds the station's lock. */
export async function sweepFolders(dir: string): Promise<string[]> {
  const { ca, profiles, batches, crl, exports } = paths(dir);
  const swept = await Promise.all([dir, ca, profiles, batches, exports, dirname(crl)].map(sweepTemporaries));
  return swept.flat();
}

/** The rights of other users that are too wide, in words. Undefined when there are none. */
export async function folderTrouble(dir: string): Promise<{ folder: string; why: 'other' | 'open' } | undefined> {
  if (process.geteuid === undefined) return undefined;
  for (const [folder, forbidden] of closed(dir)) {
    // Another check reports a missing folder.
    const found = await stat(folder).catch(() => undefined);
    if (found === undefined) continue;
    if (found.uid !== 0 && found.uid !== process.geteuid()) return { folder, why: 'other' };
    if ((found.mode & forbidden) !== 0) return { folder, why: 'open' };
  }
  return undefined;
}

/** Why nothing can be written in a folder that is there, as the system names it, e.g. EROFS; undefined when something can. */
export async function whyNotWritable(dir: string): Promise<string | undefined> {
  const code = await access(dir, constants.W_OK).then(
    () => undefined,
    (thrown: NodeJS.ErrnoException) => thrown.code,
  );
  return code === 'EROFS' || code === 'EACCES' || code === 'EPERM' ? code : undefined;
}

/**
 * The settings of the station in `dir`.
 * @throws `records.notStation` – when there are none; `records.failed` – when the system does not give them
 */
export async function readConfig(dir: string): Promise<StationConfig> {
  let text: string;
  try {
    text = await readFile(paths(dir).config, 'utf8');
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR')
      throw new StationError('records.failed', `the station in ${dir} cannot be read: ${whyUnwritten(cause)}`, {
        cause,
      });
    throw new StationError(
      'records.notStation',
      `${dir} holds no station; make one with "birthmark init --data ${dir}"`,
      {
        cause,
      },
    );
  }
  const { value, broken, duplicates } = readJson(text);
  const parsed = stationConfig.safeParse(value);
  const wrong = broken ?? duplicates[0];
  if (parsed.success && wrong === undefined) return parsed.data;
  const why = wrong === undefined ? '' : `, line ${wrong.line}: ${wrong.message}`;
  throw new StationError('records.damaged', `${paths(dir).config} cannot be read as a station's settings${why}`, {
    cause: parsed.error,
  });
}

/**
 * The settings of a station, kept in its folder.
 *
 * @throws `save` throws as `writeWhole`
 */
export function configStore(dir: string, initial: StationConfig): ConfigStore {
  let config = initial;
  return {
    current: () => config,
    async save(next) {
      const checked = stationConfig.parse(next);
      await writeWhole(paths(dir).config, `${JSON.stringify(checked, null, 2)}\n`);
      config = checked;
    },
  };
}

/**
 * Writes the keys and certificates of a new hierarchy, keys first.
 *
 * @throws as `writeWhole`
 */
export async function writeCaFiles(
  dir: string,
  hierarchy: Record<'root' | 'issuing', { certificateDer: Uint8Array; encryptedKeyPem: string }>,
): Promise<void> {
  const where = paths(dir);
  await writeWhole(where.rootKey, hierarchy.root.encryptedKeyPem, true);
  await writeWhole(where.issuingKey, hierarchy.issuing.encryptedKeyPem, true);
  await writeWhole(where.rootCertificate, pemOf('CERTIFICATE', hierarchy.root.certificateDer));
  await writeWhole(where.issuingCertificate, pemOf('CERTIFICATE', hierarchy.issuing.certificateDer));
}
