/**
 * One watcher for all files. `fs.watch` on their folders reports at once, and a look every second catches what it
 * misses (a file system without events, a watcher that died unnoticed). There are at most twenty looks a second,
 * however much happens.
 */
import { type FSWatcher, statSync, watch as systemWatch } from 'node:fs';
import { dirname } from 'node:path';

export type Watched = {
  /**
   * Folders in which the file's arrival and departure show. When one is missing, its nearest existing parent is
   * watched.
   */
  folders(): readonly string[];
  /** Looks again. This is cheap. */
  look(): void;
};

export type PortWatchOptions = {
  watchFolder?: typeof systemWatch;
  lookMs?: number;
  /** Events come in bursts: a device makes a node, udev makes some links, and then sets the permissions. */
  settleMs?: number;
  leastMs?: number;
};

export type PortWatch = ReturnType<typeof createPortWatch>;

export function createPortWatch(options: PortWatchOptions = {}) {
  const { watchFolder = systemWatch, lookMs = 1000, settleMs = 5, leastMs = 50 } = options;
  const watched = new Set<Watched>();
  const folders = new Map<string, { watcher: FSWatcher; identity: string }>();
  let soon: NodeJS.Timeout | undefined;
  let regularly: NodeJS.Timeout | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;

  const lookSoon = () => {
    if (soon || watched.size === 0) return;
    soon = setTimeout(look, Math.max(settleMs, lookedAt + leastMs - performance.now()));
    soon.unref();
  };

  const drop = (folder: string) => {
    folders.get(folder)?.watcher.close();
    folders.delete(folder);
  };

  const begin = (folder: string, identity: string): boolean => {
    try {
      const watcher = watchFolder(folder, { persistent: false }, (event) => {
        // On Linux "change" means a write into a file, and each write to a serial port's node is one.
        if (event === 'rename' || process.platform !== 'linux') lookSoon();
      });
      // The next look sets it up again.
      watcher.on('error', () => folders.get(folder)?.watcher === watcher && drop(folder));
      folders.set(folder, { watcher, identity });
      return true;
    } catch {
      // There are no more watches, or the folder has just gone. The look every second covers it.
      return false;
    }
  };

  /** Watches exactly the wanted folders. Returns whether a watcher was added. */
  const arrange = (): boolean => {
    const wanted = new Map<string, string>();
    for (const folder of new Set([...watched].flatMap((each) => each.folders()))) {
      const found = nearest(folder);
      if (found) wanted.set(found.folder, found.identity);
    }
    // A folder that was removed and made again is a new one, and its old watcher stays silent.
    for (const [folder, { identity }] of folders) if (wanted.get(folder) !== identity) drop(folder);
    let added = false;
    for (const [folder, identity] of wanted) if (!folders.has(folder)) added = begin(folder, identity) || added;
    return added;
  };

  const look = () => {
    clearTimeout(soon);
    soon = undefined;
    lookedAt = performance.now();
    // A file or folder that appeared before its watcher was set up sends no event.
    for (let round = 0; arrange() && round < 8; round += 1);
    for (const each of [...watched]) if (watched.has(each)) each.look();
    if (arrange()) lookSoon();
  };

  return {
    /** Looks at once, and whenever something may have changed. Returns the function that stops this. */
    add(each: Watched): () => void {
      watched.add(each);
      regularly ??= setInterval(look, lookMs).unref();
      arrange();
      each.look();
      if (arrange()) lookSoon();
      return () => {
        if (!watched.delete(each) || watched.size > 0) return;
        clearInterval(regularly);
        clearTimeout(soon);
        regularly = soon = undefined;
        for (const folder of [...folders.keys()]) drop(folder);
      };
    },
    /** Looks with new watchers only: those from before a sleep may be deaf. */
    lookNow(): void {
      for (const folder of [...folders.keys()]) drop(folder);
      if (watched.size > 0) look();
    },
    /** The folders that are watched now. */
    watching: (): string[] => [...folders.keys()],
  };
}

/** The folder or its nearest existing parent, and what tells it from another folder of the same name. */
function nearest(folder: string): { folder: string; identity: string } | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const found = statSync(at, { throwIfNoEntry: false });
    if (found?.isDirectory()) return { folder: at, identity: `${found.dev}:${found.ino}` };
    if (dirname(at) === at) return undefined;
  }
}
