/** Ports that are files: a node in /dev, or a link that stays with a place on the bench. */
import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { PortWatch } from './portwatch.ts';

export type Listener = (present: boolean) => void;

/**
 * Reports at once whether the file is there, and then each change. Another device behind the same name counts as gone
 * and there again.
 */
export function watchFile(hub: PortWatch, path: string, listener: Listener): () => void {
  let known: Found | undefined;
  let told = false;
  let stopped = false;
  const tell = (present: boolean) => {
    if (!stopped) listener(present);
  };
  const stop = hub.add({
    folders: () => (known && known.folder !== dirname(path) ? [dirname(path), known.folder] : [dirname(path)]),
    look() {
      const found = find(path);
      if (told && found?.identity === known?.identity) return;
      const swapped = told && found !== undefined && known !== undefined;
      known = found;
      told = true;
      if (swapped) tell(false);
      tell(found !== undefined);
    },
  });
  return () => {
    stopped = true;
    stop();
  };
}

type Found = { folder: string; identity: string };

function find(path: string): Found | undefined {
  try {
    const target = realpathSync.native(path);
    const { dev, ino } = statSync(target);
    return { folder: dirname(target), identity: `${target} ${dev}:${ino}` };
  } catch {
    return undefined; // The file does not exist, or the link points nowhere.
  }
}
