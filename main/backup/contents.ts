/** What belongs in a backup. A file that is not known here stays out, and the backup says so. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BackupManifest, backupPath } from '../../app/contract/backups.ts';

type LeftOut = BackupManifest['leftOut'];

/** Made again by the station, or of use only at this moment. */
const madeAgain = new Set([
  ...[
    'batches',
    'crl',
    'log',
    'evidence',
    'kiosk.json',
    'lock.db',
    'lock.json',
    'backup.lock',
    'backups.json',
    'records.checkpoint',
  ],
  ...['records.db-wal', 'records.db-shm', 'practice-aws', 'practice-aws.json'],
]);
const whole = new Set(['ca', 'profiles', 'certificatejobs']);

/**
 * The files of a data folder that a backup holds besides the records, as paths with `/`. Keys are only taken encrypted:
 * neither the key of the log, nor the secret of a webhook, nor a passphrase that the system keeps.
 */
export function contentsOf(dir: string): { files: string[]; leftOut: LeftOut } {
  const files: string[] = [];
  const leftOut: LeftOut = [];
  for (const { name, folder } of inFolder(dir)) {
    if (name === 'records.db' || isHalf(name)) continue;
    if (madeAgain.has(name)) leftOut.push({ path: name, why: 'madeAgain' });
    else if (!folder && name === 'station.json') files.push(name);
    else if (['webhook.key', 'plant.url', 'plant-reader.url'].includes(name))
      leftOut.push({ path: name, why: 'secret' });
    else if (!folder || !whole.has(name)) leftOut.push({ path: name, why: 'unknown' });
    else
      for (const inner of inFolder(join(dir, name))) {
        if (isHalf(inner.name)) continue;
        const path = `${name}/${inner.name}`;
        const why = name === 'ca' ? whyNotKey(join(dir, path)) : undefined;
        if (inner.folder || !backupPath.safeParse(path).success) leftOut.push({ path, why: 'unknown' });
        else if (why) leftOut.push({ path, why });
        else files.push(path);
      }
  }
  return { files: files.sort(), leftOut };
}

/** A file that is being written, see app/files. */
const isHalf = (name: string): boolean => name.startsWith('.') || name.endsWith('.new');

function inFolder(dir: string): { name: string; folder: boolean }[] {
  return readdirSync(dir, { withFileTypes: true }).map((one) => ({ name: one.name, folder: one.isDirectory() }));
}

/** Certificates and encrypted keys only. What is neither may be a key in the clear. */
function whyNotKey(file: string): 'secret' | 'unknown' | undefined {
  if (file.endsWith('.kept')) return 'secret';
  const bytes = readFileSync(file);
  try {
    const text = bytes.toString('latin1');
    const labels = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----/g)].map(([, label]) => label);
    if (labels.length === 0) return 'unknown';
    const isFit = labels.every((label) => label === 'CERTIFICATE' || label === 'ENCRYPTED PRIVATE KEY');
    return isFit ? undefined : 'secret';
  } finally {
    bytes.fill(0);
  }
}
