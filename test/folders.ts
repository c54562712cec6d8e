/** Folders of tests. */
import { rmSync } from 'node:fs';

const atEnd = new Set<string>();

/**
 * Removes a folder when the process ends. The hooks of a test run in the order in which they were made: a folder that is
 * made first would go first, under the hands of what still writes there.
 */
export function removeAtEnd(folder: string): void {
  if (atEnd.size === 0)
    process.once('exit', () => {
      for (const each of atEnd) rmSync(each, { recursive: true, force: true, maxRetries: 3 });
    });
  atEnd.add(folder);
}
