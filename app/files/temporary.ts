/**
 * A file is written whole: first under a name that cannot be guessed, then renamed. Another user who can write in the
 * folder can neither prepare a file or a link under that name nor receive the contents: an existing file is refused,
 * and a link is never followed. A rename replaces a link and does not follow it either.
 */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { hands } from './patient.ts';

/** Windows has no such flag. There, making a link needs a special right. */
const noFollow = (constants.O_NOFOLLOW as number | undefined) ?? 0;
const exclusively = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | noFollow;

export type Temporary = { temporary: string; handle: FileHandle };

const nameOf = (random: string): string => `.${random}.writing`;
const isName = (name: string): boolean => /^\.[0-9a-f]{32}\.writing$/.test(name);
/** Names that earlier versions used. */
const isOldName = (name: string): boolean =>
  /\.(pem|json|kept|crl)\.writing$/.test(name) || /^\.[0-9a-f]{16}\.tmp$/.test(name);

/**
 * Makes a new file beside `file`, open for writing; `mode` is 0o600 for secrets. The caller must rename or remove it.
 */
export async function createTemporary(file: string, mode: number): Promise<Temporary> {
  const temporary = join(dirname(file), nameOf(randomBytes(16).toString('hex')));
  return { temporary, handle: await open(temporary, exclusively, mode) };
}

/** A rename is durable only once its folder is. Windows cannot open folders and does not need to. */
export async function syncFolder(dir: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Removes files that a power cut left half-written in this folder. The caller must hold the station's lock, so that no
 * other process writes there. A link is removed, never its target; another user's files are left alone. A file that
 * goes meanwhile needs no sweeping.
 * @returns the names of the removed files
 */
export async function sweepTemporaries(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const swept: string[] = [];
  for (const name of names.filter((one) => isName(one) || isOldName(one))) {
    const path = join(folder, basename(name));
    const found = await lstat(path).catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code === 'ENOENT') return undefined;
      throw thrown;
    });
    if (found === undefined) continue;
    if (process.geteuid !== undefined && found.uid !== process.geteuid()) continue;
    await hands.remove(path);
    swept.push(name);
  }
  return swept;
}
