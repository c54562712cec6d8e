/** The programs of native/agent. The machine's C compiler builds them on demand. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { StationError } from '../app/contract/errors.ts';

/**
 * The sources are one level above this file in the checkout and two above it in a bundle. An installed program has
 * none.
 */
const findSources = (): string | undefined =>
  ['../native/agent/', '../../native/agent/']
    .map((up) => fileURLToPath(new URL(up, import.meta.url)))
    .find((folder) => existsSync(folder));

/**
 * The path of the host build of the reference agent.
 * @throws `internal` – when it cannot be built here, with the remedy
 */
export const buildAgent = (): Promise<string> =>
  build(
    'build/agent',
    'the reference agent needs make, a C compiler and Mbed TLS (on Debian: apt-get install make gcc libmbedtls-dev)',
  );

/**
 * The path of the program that gives simulated firmware a pseudo-terminal.
 * @throws as `buildAgent`
 */
export const buildBridge = (): Promise<string> =>
  build(
    'build/ptybridge',
    'a simulated device on a pseudo-terminal needs make and a C compiler (on Debian: apt-get install make gcc)',
  );

async function build(target: string, remedy: string): Promise<string> {
  const folder = findSources();
  if (folder === undefined)
    throw new StationError(
      'internal',
      'a simulated device on a pseudo-terminal is made from sources that an installed program does not bring: run this in the checkout, or use the practice line of the window',
    );
  try {
    await promisify(execFile)('make', ['-s', '-C', folder, target]);
  } catch (cause) {
    throw new StationError('internal', remedy, { cause });
  }
  return `${folder}${target}`;
}
