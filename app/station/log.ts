/** The station's log: JSON lines with a size limit; secrets are removed by name before anything is written. */
import { mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';

export type Log = pino.Logger;

const secrets = ['passphrase', 'secret', 'pin', 'secretAccessKey', 'sessionToken', 'privateKey', 'token'];

const redact = { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' };

const limitBytes = 10 * 1024 * 1024;

/** Appends to `station.log` in `dir`, and once that is full goes on in a new one; `station.log.1` is the one before. */
export function createLog(dir?: string, limit = limitBytes): Log {
  if (dir === undefined) return pino({ level: 'silent' });
  mkdirSync(dir, { recursive: true });
  const file = join(dir, 'station.log');
  const destination = pino.destination({ dest: file, sync: false, append: true });
  let size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  destination.on('write', (bytes: number) => {
    size += bytes;
    if (size < limit) return;
    try {
      renameSync(file, `${file}.1`);
      size = 0;
      destination.reopen();
    } catch {
      // Another program holds the file (Windows): nobody waits for that here, it grows a little until the next try.
      size = limit - limit / 100;
    }
  });
  return pino({ level: 'info', base: null, timestamp: pino.stdTimeFunctions.isoTime, redact }, destination);
}
