import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { StationError } from '../contract/errors.ts';

/** Read at once. Short reads cost more than the bytes. */
const piece = 1024 * 1024;

/**
 * The bytes of a file, hashed as they pass, so that what is sent is what was compared. A batch file that has changed
 * must never become an object: the error comes after the last byte, and an upload that has not got its end makes none.
 *
 * @param digest SHA-256, lower-case hex
 * @throws records.damaged – the file cannot be read, or has another digest
 */
export async function* checkedBytes(file: string, digest: string): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: piece }) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      yield chunk;
    }
  } catch (error) {
    throw new StationError('records.damaged', 'the batch file cannot be read', { cause: error });
  }
  if (hash.digest('hex') !== digest)
    throw new StationError('records.damaged', 'the batch file has changed since it was made');
}
