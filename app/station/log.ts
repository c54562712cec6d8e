/** The station's log: JSON lines with a size limit; secrets are removed by name before anything is written. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';

export type Log = pino.Logger;

const secrets = ['passphrase', 'pin', 'secretAccessKey', 'sessionToken', 'privateKey', 'token'];

const redact = { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' };

/** Appends to `station.log` in `dir`; without a folder it goes nowhere. */
export function createLog(dir?: string): Log {
  if (dir === undefined) return pino({ level: 'silent' });
  mkdirSync(dir, { recursive: true });
  const destination = pino.destination({ dest: join(dir, 'station.log'), sync: false, mkdir: true });
  return pino({ level: 'info', base: null, timestamp: pino.stdTimeFunctions.isoTime, redact }, destination);
}
