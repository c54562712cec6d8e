/** The layout of a station's data folder, and the one way files in it are written: whole or not at all. */
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pemOf } from '../ca/index.ts';
import { StationError } from '../contract/errors.ts';
import { hands } from '../files/index.ts';
import { type ConfigStore, type StationConfig, stationConfig } from './config.ts';

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
  log: join(dir, 'log'),
});

/** Writes by temporary file, fsync, rename and fsync of the folder; `secret` files are for their owner only. */
export async function writeWhole(file: string, content: string | Uint8Array, secret = false): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.writing`;
  const handle = await open(temporary, 'w', secret ? 0o600 : 0o644);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } catch (cause) {
    await handle.close();
    await rm(temporary, { force: true });
    throw new StationError('records.diskFull', `could not write ${file}`, { cause });
  }
  await handle.close();
  await hands.rename(temporary, file).catch(async (thrown: unknown) => {
    await hands.remove(temporary).catch(() => {});
    throw thrown;
  });
  await syncFolder(dirname(file));
}

/** A rename is durable only once its folder is; Windows cannot open folders and does not need to. */
export async function syncFolder(dir: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The settings of the station in `dir`; `records.notStation` when there is none. */
export async function readConfig(dir: string): Promise<StationConfig> {
  let text: string;
  try {
    text = await readFile(paths(dir).config, 'utf8');
  } catch (cause) {
    throw new StationError(
      'records.notStation',
      `${dir} holds no station; make one with "birthmark init --data ${dir}"`,
      {
        cause,
      },
    );
  }
  try {
    return stationConfig.parse(JSON.parse(text));
  } catch (cause) {
    throw new StationError('records.damaged', `${paths(dir).config} cannot be read as a station's settings`, { cause });
  }
}

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
