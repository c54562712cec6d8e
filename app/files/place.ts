/** The folder of a file that a person asked for. One that is not there is made, by every export alike. */
import { lstat, mkdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { StationError } from '../contract/errors.ts';
import { whyUnwritten, writeCode } from './reasons.ts';

/**
 * @throws `records.failed` – the folder cannot be made, or the name belongs to a folder, a device or a pipe; the detail
 * names it; `records.diskFull`
 */
export async function makeFolderFor(file: string, mode = 0o777): Promise<void> {
  const folder = dirname(resolve(file));
  try {
    await mkdir(folder, { recursive: true, mode });
  } catch (cause) {
    throw new StationError(
      writeCode(cause),
      `the folder ${folder} is not there and cannot be made: ${whyUnwritten(cause)}. Name another one, or make it first`,
      { cause },
    );
  }
  await assertReplaceable(file);
}

/** A file that is renamed to `/dev/null` would stand there in place of the device, for every program of the PC. */
async function assertReplaceable(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined || (found.isFile() && dirname(resolve(file)) !== '/dev')) return;
  const what = found.isDirectory() ? 'a folder: name a file in it' : 'a device or a pipe: name a file';
  throw new StationError('records.failed', `could not write ${file}: it is ${what}`);
}

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

/**
 * Nothing that a person asks for is written in the place of the records of a station, its keys or its settings: they are
 * there once. A new file may lie beside them.
 *
 * @throws `records.failed` – a file is there, and it lies in the data folder of a station
 */
export async function assertNotOfStation(file: string): Promise<void> {
  if (!(await isThere(file))) return;
  const folder = await realpath(dirname(resolve(file)));
  // No file of a station lies deeper than in a folder of a folder of it.
  for (const above of [folder, dirname(folder), dirname(dirname(folder))])
    if (await isThere(join(above, 'records.db')))
      throw new StationError(
        'records.failed',
        `could not write ${file}: ${basename(file)} is there and lies in the data folder of a station: name another file`,
      );
}
