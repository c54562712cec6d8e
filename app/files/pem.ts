/** PEM files of this PC that a person names. */
import { readFile, stat } from 'node:fs/promises';

/** Hundreds of certificates fit. */
const mostBytes = 1024 * 1024;

/**
 * Reads the text of a PEM file. A path may lead to what never ends or never answers, such as a pipe or a device, and a
 * station that reads it waits, or fills its memory.
 *
 * @throws Error with a `code` – as the system says, or EFTYPE for what is no file, EFBIG for one of more than a mebibyte
 */
export async function readPemFile(path: string): Promise<string> {
  const found = await stat(path);
  if (!found.isFile()) throw Object.assign(new Error(`${path} is no file`), { code: 'EFTYPE', syscall: 'open' });
  if (found.size > mostBytes)
    throw Object.assign(new Error(`${path} is too large`), { code: 'EFBIG', syscall: 'open' });
  return readFile(path, 'utf8');
}
