// What a set-up remembers of a failure, so that it is not tried again at every start.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** What was remembered in this file; undefined where nothing was, or nothing readable. */
export function recall(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

export function remember(file, failure) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(failure));
}
