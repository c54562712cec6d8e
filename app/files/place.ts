/** The folder of a file that a person asked for. One that is not there is made, by every export alike. */
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { StationError } from '../contract/errors.ts';

/** @throws `records.failed` – it cannot be made, and the detail names it; `records.diskFull` */
export async function makeFolderFor(file: string, mode = 0o777): Promise<void> {
  const folder = dirname(resolve(file));
  try {
    await mkdir(folder, { recursive: true, mode });
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    const why = reasons[code] ?? code;
    throw new StationError(
      code === 'ENOSPC' ? 'records.diskFull' : 'records.failed',
      `the folder ${folder} is not there and cannot be made: ${why}. Name another one, or make it first`,
      { cause },
    );
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not',
  EEXIST: 'a file has its name',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a file stands in its way',
  EPERM: 'this user may not',
  EROFS: 'the disk is read-only',
};
