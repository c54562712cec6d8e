/** The host build of the reference agent, made on demand with the machine's C compiler. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { StationError } from '../app/contract/errors.ts';

const folder = fileURLToPath(new URL('../native/agent/', import.meta.url));

/** Path of the program; `internal` with the remedy when it cannot be built here. */
export async function buildAgent(): Promise<string> {
  try {
    await promisify(execFile)('make', ['-s', '-C', folder]);
  } catch (cause) {
    throw new StationError(
      'internal',
      'the reference agent needs make, a C compiler and Mbed TLS (on Debian: apt-get install make gcc libmbedtls-dev)',
      { cause },
    );
  }
  return `${folder}build/agent`;
}
