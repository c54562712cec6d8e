/** The folder of a file that a person asked for. One that is not there is made, by every export alike. */
import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
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
