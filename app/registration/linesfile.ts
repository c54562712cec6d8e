/** Files of lines: of a batch for AWS, and of AWS's reports about it. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { StationError } from '../contract/errors.ts';
import { createTemporary, hands, syncFolder, type Temporary } from '../files/index.ts';
import { linesOf } from './lines.ts';

/** The acts that make the file durable. Tests may give others. */
export type LinesFileActs = {
  begin(near: string, mode: number): Promise<Temporary>;
  rename(from: string, to: string): Promise<void>;
  syncFolder(folder: string): Promise<void>;
};

export const fileActs: LinesFileActs = { begin: createTemporary, rename: hands.rename, syncFolder };

/** `digest` is SHA-256 of the bytes, lower-case hex. */
export type LinesFile = { file: string; digest: string; lines: number; bytes: number };

/** So many characters are written and hashed at once: long enough for the disk, and less than a millisecond of work. */
const together = 256 * 1024;
export const maxLineBytes = 1024 * 1024;

/**
 * Writes a file: a temporary file, fsync, rename, fsync of the folder. When this resolves, the file is whole and on
 * disk. Lines are written as they come, so only some are in memory.
 *
 * @param lines each with its newline
 * @param nameOf the name of the file, from its digest
 * @throws what `lines` throws; `records.diskFull`, `records.failed`
 */
export async function writeLinesFile(
  folder: string,
  nameOf: (digest: string) => string,
  lines: AsyncIterable<string>,
  acts: LinesFileActs = fileActs,
): Promise<LinesFile> {
  await mkdir(folder, { recursive: true });
  const hash = createHash('sha256');
  const { temporary, handle } = await acts.begin(join(folder, 'lines'), 0o600);
  let [count, bytes, waiting] = [0, 0, ''];
  const write = async () => {
    const chunk = Buffer.from(waiting);
    waiting = '';
    hash.update(chunk);
    bytes += chunk.length;
    await handle.appendFile(chunk);
  };
  try {
    for await (const line of lines) {
      waiting += line;
      count += 1;
      if (waiting.length >= together) await write();
    }
    await write();
    await handle.sync();
    const digest = hash.digest('hex');
    const file = join(folder, nameOf(digest));
    await handle.close();
    await acts.rename(temporary, file);
    await acts.syncFolder(folder);
    return { file, digest, lines: count, bytes };
  } catch (error) {
    await handle.close().catch(() => {});
    await hands.remove(temporary).catch(() => {});
    if (error instanceof StationError) throw error;
    const full = (error as NodeJS.ErrnoException).code === 'ENOSPC';
    throw new StationError(full ? 'records.diskFull' : 'records.failed', 'the file of a batch cannot be written', {
      cause: error,
    });
  }
}

/**
 * The lines of a file, without their newlines.
 *
 * @throws records.damaged – the file cannot be read
 */
export async function* linesOfFile(file: string): AsyncIterable<string> {
  try {
    yield* linesOf(createReadStream(file) as AsyncIterable<Buffer>, maxLineBytes);
  } catch (error) {
    throw new StationError('records.damaged', `${file} cannot be read`, { cause: error });
  }
}
