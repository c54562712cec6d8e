/** The station's log: JSON lines with a size limit. Secrets are removed by name before anything is written. */
import { lstatSync, mkdirSync, renameSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';

export type Log = pino.Logger;

const secrets = ['passphrase', 'secret', 'pin', 'secretAccessKey', 'sessionToken', 'privateKey', 'token'];

const redact = { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' };

const limitBytes = 10 * 1024 * 1024;

/** Appends to `station.log` in `dir`. A full log becomes `station.log.1`, and a new one begins. */
export function createLog(dir?: string, limit = limitBytes): Log {
  if (dir === undefined) return pino({ level: 'silent' });
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const file = join(dir, 'station.log');
  // A link in its place is not ours. It is removed, and its target is left alone.
  if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) unlinkSync(file);
  const destination = pino.destination({ dest: file, sync: false, append: true, mode: 0o600 });
  let size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  destination.on('write', (bytes: number) => {
    size += bytes;
    if (size < limit) return;
    try {
      renameSync(file, `${file}.1`);
      size = 0;
      destination.reopen();
    } catch {
      // Another program holds the file (Windows). The log does not wait; it grows a little until the next try.
      size = limit - limit / 100;
    }
  });
  return pino({ level: 'info', base: null, timestamp: pino.stdTimeFunctions.isoTime, redact }, destination);
}
