/**
 * How a file comes to be written whole: under a name nobody can guess, then renamed. Whoever may write in the folder, too,
 * can neither wait at that name with a file or a link of their own, nor be handed what is written: a file that is there
 * already is refused, and a link is never followed. A rename takes the place of a link, it does not follow it either.
 */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { hands } from './patient.ts';

/** Windows has no such flag; there a link needs a right of its own to be made. */
const noFollow = (constants.O_NOFOLLOW as number | undefined) ?? 0;
const exclusively = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | noFollow;

export type Temporary = { temporary: string; handle: FileHandle };

const nameOf = (random: string): string => `.${random}.writing`;
const isName = (name: string): boolean => /^\.[0-9a-f]{32}\.writing$/.test(name);
/** As versions before this one called them. */
const isOldName = (name: string): boolean =>
  /\.(pem|json|kept|crl)\.writing$/.test(name) || /^\.[0-9a-f]{16}\.tmp$/.test(name);

/** A new file beside `file`, open for writing; `mode` 0o600 for what is secret. Whoever asks renames or removes it. */
export async function createTemporary(file: string, mode: number): Promise<Temporary> {
  const temporary = join(dirname(file), nameOf(randomBytes(16).toString('hex')));
  return { temporary, handle: await open(temporary, exclusively, mode) };
}

/**
 * Removes what a power cut left half-written in this folder. Only while nobody writes there: the caller holds the
 * station's lock. A link is removed, never what it points to; what another user owns is left alone.
 * @returns the names of what was removed
 */
export async function sweepTemporaries(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const swept: string[] = [];
  for (const name of names.filter((one) => isName(one) || isOldName(one))) {
    const path = join(folder, basename(name));
    const { uid } = await lstat(path);
    if (process.geteuid !== undefined && uid !== process.geteuid()) continue;
    await hands.remove(path);
    swept.push(name);
  }
  return swept;
}
