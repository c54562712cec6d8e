/** Files that a person names on the command line. Every command reads them here, so that all say alike what is wrong. */
import { type FileHandle, open } from 'node:fs/promises';
import { StationError } from '../../app/contract/errors.ts';
import { readJson } from '../../app/iot/index.ts';

const mebibyte = 1024 * 1024;
const pieceBytes = 64 * 1024;
/** A file gives its first bytes at once. A pipe or a terminal may wait for someone who does not know of it. */
const silentMs = 1000;
/** About as much as a text of Node can hold: a log of a million entries fits. */
const mostText = 500 * mebibyte;

type Reading = {
  /** What stands before its name in an error, e.g. `the passphrase file`. */
  what?: string;
  /** Bytes. A path may lead to what never ends, such as a device. */
  most?: number;
};

/**
 * The bytes of a file or of a pipe.
 *
 * @throws `call.badParams` – when it cannot be read, or is larger than `most`
 */
export async function bytesFrom(file: string, { what, most = 64 * mebibyte }: Reading = {}): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const name = what === undefined ? file : `${what} ${file}`;
  const waits = () =>
    void process.stderr.write(`waiting for ${name}: nothing has come from it yet; Ctrl-C ends this\n`);
  const timer = setTimeout(waits, silentMs);
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, 'r');
    for (let total = 0; ; ) {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(pieceBytes), 0, pieceBytes, null);
      clearTimeout(timer);
      if (bytesRead === 0) return Buffer.concat(pieces, total);
      pieces.push(buffer.subarray(0, bytesRead));
      total += bytesRead;
      if (total > most) throw Object.assign(new Error('too large'), { code: 'EFBIG' });
    }
  } catch (cause) {
    throw new StationError('call.badParams', `${name} cannot be read: ${whyUnread(cause)}`, { cause });
  } finally {
    clearTimeout(timer);
    // It may hold a secret.
    for (const piece of pieces) piece.fill(0);
    await handle?.close();
  }
}

/** Why the system does not give a file, in words for its commonest answers. */
export function whyUnread(thrown: unknown): string {
  const { code = 'error' } = thrown instanceof Error ? (thrown as NodeJS.ErrnoException) : {};
  return Object.hasOwn(reasons, code) ? (reasons[code] ?? code) : code;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of its path is no folder',
  EISDIR: 'it is a folder',
  EACCES: 'you are not allowed to',
  EPERM: 'you are not allowed to',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
  EFBIG: 'it is too large',
  ENXIO: 'nothing is behind it',
};

/**
 * The text of a file, without the byte order mark that editors on Windows put before it. Another encoding is refused by
 * its name: AWS takes UTF-8, and letters that were lost would not be noticed.
 *
 * @throws `call.badParams` – when it cannot be read, or is no text in UTF-8
 */
export async function textFrom(file: string, reading: Reading = {}): Promise<string> {
  const bytes = await bytesFrom(file, reading);
  const text = bytes.includes(0) ? undefined : utf8Of(bytes);
  if (text !== undefined) return text;
  const is16 = ['fffe', 'feff'].includes(bytes.toString('hex', 0, 2));
  throw new StationError(
    'call.badParams',
    `${file} ${is16 ? 'is text in UTF-16' : 'is no text in UTF-8'}: save it as UTF-8`,
  );
}

function utf8Of(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** A signed note or an exported log, as it is: what is damaged in it is for who verifies it. */
export const noteFrom = async (file: string): Promise<string> =>
  (await bytesFrom(file, { most: mostText })).toString('utf8');

/** A checkpoint. Its lines end as it was signed, whatever a program that copied it made of their ends and put before them. */
export const checkpointFrom = async (file: string): Promise<string> =>
  (await noteFrom(file)).replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');

/**
 * @throws `call.badParams` – when the file cannot be read, is not JSON, or has a name twice in one object; says where, and
 *   no value that stands there
 */
export async function jsonFrom(file: string): Promise<unknown> {
  const { value, broken, duplicates } = readJson(await textFrom(file));
  const [twice] = duplicates;
  const wrong = broken ?? twice;
  if (wrong === undefined) return value;
  const { line = 1, column = 1, message } = wrong;
  const why = broken ? ` is not JSON: ${message}` : `: ${message}`;
  throw new StationError('call.badParams', `${file}:${line}:${column}${why}`, { data: { line, column } });
}

export const isStrings = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((one) => typeof one === 'string');
