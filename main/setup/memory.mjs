// Remembers a failure of the set-up, so that it is not repeated at every start.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** @typedef {{ version: string, at: number, reason?: string }} Failure `at`: ms since 1970 */

/**
 * The failure in this file. Undefined when there is none or the file is not readable.
 * @param {string} file
 * @returns {Failure | undefined}
 */
export function recall(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** @param {string} file @param {Failure} failure */
export function remember(file, failure) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(failure));
}
