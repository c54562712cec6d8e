import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { StationError } from '../contract/errors.ts';

/** A batch file that has changed must never reach AWS. */
export async function checkDigest(file: string, digest: string): Promise<void> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) hash.update(chunk);
  } catch (error) {
    throw new StationError('records.damaged', 'the batch file cannot be read', { cause: error });
  }
  if (hash.digest('hex') !== digest)
    throw new StationError('records.damaged', 'the batch file has changed since it was made');
}
