/** Checkpoints in a folder: each in a file of its own, named after the log and its size. */
import { access, constants, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StationError } from '../../contract/errors.ts';
import { isWithin } from '../../files/index.ts';
import { readCheckpoint } from '../../records/log/note.ts';
import type { NamedCheckpoint } from '../../records/log/verdict.ts';
import { writeWhole } from '../folder/folder.ts';

/** A network drive that has not answered for so long is given up for now. */
const answerMs = 30_000;
const mostBytes = 20_000;
/** The log only grows, so that the latest ones say what all of them say. */
const readLast = 20;

/** The name of the file, of the object too. A second log of the same size gets its root behind the size. */
export const checkpointName = (stationId: string, size: number, root?: string): string => {
  const mark = root === undefined ? '' : `-${Buffer.from(root, 'base64').toString('hex', 0, 4)}`;
  return `birthmark-${stationId}-${size}${mark}.checkpoint`;
};

const nameIn = /^birthmark-([0-9a-z-]+?)-(0|[1-9]\d{0,14})(-[0-9a-f]{8})?\.checkpoint$/;

const noPlace = (folder: string, why: string, cause?: unknown): StationError =>
  new StationError('checkpoint.noPlace', `the folder for checkpoints ${folder} ${why}`, { data: { folder }, cause });

async function answered<T>(folder: string, act: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(noPlace(folder, 'does not answer')), answerMs);
  });
  try {
    return await Promise.race([act, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Whether checkpoints can be written there. The folder is never made: where a drive is not connected, it would be made on
 * the disk of the station.
 *
 * @param dir the data folder of the station
 * @throws checkpoint.noPlace; call.badParams – it lies in the data folder
 */
export async function assertFolder(folder: string, dir: string): Promise<void> {
  const isInside = await answered(folder, isWithin(folder, dir));
  if (isInside)
    throw new StationError('call.badParams', `${folder} lies in the data folder: who changes one changes both`, {
      data: { path: 'folder' },
    });
  await answered(folder, look(folder));
}

async function look(folder: string): Promise<void> {
  const found = await stat(folder).catch((cause: NodeJS.ErrnoException) => {
    throw noPlace(folder, cause.code === 'ENOENT' ? 'is not there' : `cannot be read (${cause.code})`, cause);
  });
  if (!found.isDirectory()) throw noPlace(folder, 'is no folder');
  await access(folder, constants.W_OK).catch((cause: NodeJS.ErrnoException) => {
    throw noPlace(folder, `cannot be written (${cause.code})`, cause);
  });
}

/**
 * Writes the checkpoint; it is on the disk when this resolves, and was whole whenever it was there. Another checkpoint of
 * the same size stays as it is.
 *
 * @throws checkpoint.noPlace
 */
export async function writeCheckpoint(folder: string, stationId: string, note: string): Promise<void> {
  const { size, root } = readCheckpoint(note)!;
  const write = async () => {
    await look(folder);
    const plain = join(folder, checkpointName(stationId, size));
    const there = await readFile(plain, 'utf8').catch(() => undefined);
    const before = there === undefined ? undefined : readCheckpoint(there);
    const isOther = there !== undefined && (before === undefined || Buffer.compare(before.root, root) !== 0);
    const mark = Buffer.from(root).toString('base64');
    await writeWhole(isOther ? join(folder, checkpointName(stationId, size, mark)) : plain, note);
  };
  await answered(folder, write()).catch((thrown: unknown) => {
    if (thrown instanceof StationError && thrown.code === 'checkpoint.noPlace') throw thrown;
    const cause = thrown instanceof Error ? thrown.cause : undefined;
    const why = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
    throw noPlace(folder, `cannot be written${why}`, thrown);
  });
}

/**
 * The latest checkpoints of this station in the folder. What is no checkpoint of its key is for the reader to pass over.
 *
 * @throws checkpoint.noPlace – it cannot be read
 */
export async function checkpointsIn(folder: string, stationId: string): Promise<NamedCheckpoint[]> {
  const read = async (): Promise<NamedCheckpoint[]> => {
    const names = (await readdir(folder))
      .flatMap((name) => {
        const [, of, size] = nameIn.exec(name) ?? [];
        return of === stationId ? [{ name, size: Number(size) }] : [];
      })
      .sort((one, other) => other.size - one.size)
      .slice(0, readLast);
    const found: NamedCheckpoint[] = [];
    for (const { name } of names) {
      const file = join(folder, name);
      if ((await stat(file)).size <= mostBytes)
        found.push({ name, note: await readFile(file, 'utf8'), fromAnyone: true });
    }
    return found;
  };
  return answered(folder, read()).catch((thrown: unknown) => {
    if (thrown instanceof StationError) throw thrown;
    const { code = '' } = thrown as NodeJS.ErrnoException;
    throw noPlace(folder, code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`, thrown);
  });
}
