import { createHash, hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { StationError } from '../contract/errors.ts';
import type { NextPart } from './objects.ts';

const mib = 1024 * 1024;
/** S3 takes 10,000 parts of 5 MiB at least, except for the last one: 50 GB, and a batch of a million has 1.5. */
const partBytes = 5 * mib;

/**
 * The parts of a file, hashed as they are read, so that what is sent is what was compared. A batch file that has changed
 * must never become an object: its last part is not given.
 *
 * @param digest SHA-256, lower-case hex
 * @returns `next` throws records.damaged – the file cannot be read, or has another digest
 */
export function checkedParts(file: string, digest: string): { next: NextPart; close: () => Promise<void> } {
  const all = createHash('sha256');
  let opened: { handle: FileHandle; bytes: number } | undefined;
  let done = 0;
  const begin = async () => {
    const handle = await open(file);
    opened = { handle, bytes: (await handle.stat()).size };
    return opened;
  };
  const read = async (buffer: Buffer): Promise<{ bytes: Buffer; isLast: boolean }> => {
    const { handle, bytes } = opened ?? (await begin());
    for (let filled = 0; ; ) {
      // A piece takes the event loop for less than a millisecond.
      const { bytesRead } = await handle.read(buffer, filled, Math.min(mib, buffer.length - filled), null);
      all.update(buffer.subarray(filled, filled + bytesRead));
      filled += bytesRead;
      done += bytesRead;
      const isLast = bytesRead === 0 || done >= bytes;
      if (isLast || filled === buffer.length) return { bytes: buffer.subarray(0, filled), isLast };
    }
  };
  const next: NextPart = async (used) => {
    // New memory for each part would cost more than to read it.
    const buffer = used ? Buffer.from(used.buffer, 0, partBytes) : Buffer.allocUnsafeSlow(partBytes);
    const { bytes, isLast } = await read(buffer).catch((cause: unknown) => {
      throw new StationError('records.damaged', 'the batch file cannot be read', { cause });
    });
    if (isLast && all.digest('hex') !== digest)
      throw new StationError('records.damaged', 'the batch file has changed since it was made');
    return { bytes, isLast, sha256: hash('sha256', bytes, 'base64') };
  };
  return { next, close: async () => opened?.handle.close() };
}
