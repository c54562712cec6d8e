/** Files of lines: of a batch for AWS, and of AWS's reports about it. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { StationError } from '../contract/errors.ts';
import { createTemporary, hands, makeFolderFor, syncFolder, type Temporary, unwritten } from '../files/index.ts';
import { linesTogether } from './lines.ts';

/** The acts that make the file durable. Tests may give others. */
export type LinesFileActs = {
  begin(near: string, mode: number): Promise<Temporary>;
  rename(from: string, to: string): Promise<void>;
  syncFolder(folder: string): Promise<void>;
};

export const fileActs: LinesFileActs = { begin: createTemporary, rename: hands.rename, syncFolder };

/** `digest` is SHA-256 of the bytes, lower-case hex. */
export type LinesFile = { file: string; digest: string; lines: number; bytes: number };

/** So many bytes are written and hashed at once: a write costs as much as 100 KB, and this is less than a millisecond of work. */
const together = 1024 * 1024;
/** Bytes that a character of a string takes in UTF-8, at the most. */
const perCharacter = 3;
export const maxLineBytes = 1024 * 1024;

/**
 * Writes a file: a temporary file, fsync, rename, fsync of the folder. When this resolves, the file is whole and on
 * disk. Lines are written as they come, so only some are in memory.
 *
 * @param lines each with its newline, one by one or some together
 * @param nameOf the name of the file, from its digest
 * @throws what `lines` throws; `records.diskFull`, `records.failed`
 */
export async function writeLinesFile(
  folder: string,
  nameOf: (digest: string) => string,
  lines: AsyncIterable<string | readonly string[]>,
  acts: LinesFileActs = fileActs,
): Promise<LinesFile> {
  await makeFolderFor(join(folder, 'lines'));
  const hash = createHash('sha256');
  const { temporary, handle } = await acts.begin(join(folder, 'lines'), 0o600);
  // One buffer for the whole file. To take new memory for each write would cost several times what the write does.
  const buffer = Buffer.allocUnsafeSlow(together);
  let [count, bytes, waiting] = [0, 0, 0];
  const write = async (chunk: Buffer) => {
    hash.update(chunk);
    bytes += chunk.length;
    await handle.appendFile(chunk);
  };
  const flush = async () => {
    const chunk = buffer.subarray(0, waiting);
    waiting = 0;
    await write(chunk);
  };
  try {
    for await (const some of lines) {
      const each = typeof some === 'string' ? [some] : some;
      for (const line of each) {
        const most = line.length * perCharacter;
        const length = most > together - waiting ? Buffer.byteLength(line) : most;
        if (length > together - waiting && waiting > 0) await flush();
        if (length > together) await write(Buffer.from(line));
        else waiting += buffer.write(line, waiting);
      }
      count += each.length;
    }
    if (waiting > 0) await flush();
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
    throw unwritten(`a file in ${folder}`, error);
  }
}

/**
 * The lines of a file, without their newlines, as many at once as a piece of the file holds.
 *
 * @throws records.damaged – the file cannot be read
 */
export async function* linesOfFile(file: string): AsyncIterable<string[]> {
  try {
    yield* linesTogether(createReadStream(file) as AsyncIterable<Buffer>, maxLineBytes);
  } catch (error) {
    throw new StationError('records.damaged', `${file} cannot be read`, { cause: error });
  }
}
