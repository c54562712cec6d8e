/**
 * One watcher for everything that is watched: `fs.watch` on the folders in question tells at once, and a look every second catches
 * what it misses (a file system without events, a watcher that died unnoticed). However much happens in the folders, at most twenty looks a second.
 */
import { type FSWatcher, statSync, watch as systemWatch } from 'node:fs';
import { dirname } from 'node:path';

export type Watched = {
  /** Folders in which its coming and going shows. Where one is missing, the nearest that is there is watched in its place. */
  folders(): readonly string[];
  /** Looks again; cheap. */
  look(): void;
};

export type PortWatchOptions = {
  watchFolder?: typeof systemWatch;
  lookMs?: number;
  /** Events come in bursts: a device makes a node, udev some links, and then the permissions. */
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
        // On Linux "change" is what is written into a file; each write to a serial port's node is one.
        if (event === 'rename' || process.platform !== 'linux') lookSoon();
      });
      // Set up again by the next look.
      watcher.on('error', () => folders.get(folder)?.watcher === watcher && drop(folder));
      folders.set(folder, { watcher, identity });
      return true;
    } catch {
      // No more watches to be had, or the folder went just now: the look every second has to do.
      return false;
    }
  };

  /** Watches what is to be watched now, and nothing else; whether a watcher was added. */
  const arrange = (): boolean => {
    const wanted = new Map<string, string>();
    for (const folder of new Set([...watched].flatMap((each) => each.folders()))) {
      const found = nearest(folder);
      if (found) wanted.set(found.folder, found.identity);
    }
    // A folder that was removed and made again is another one, whose old watcher is silent.
    for (const [folder, { identity }] of folders) if (wanted.get(folder) !== identity) drop(folder);
    let added = false;
    for (const [folder, identity] of wanted) if (!folders.has(folder)) added = begin(folder, identity) || added;
    return added;
  };

  const look = () => {
    clearTimeout(soon);
    soon = undefined;
    lookedAt = performance.now();
    // What appeared before a watcher was set up, folders to watch among it, sends no event any more.
    for (let round = 0; arrange() && round < 8; round += 1);
    for (const each of [...watched]) if (watched.has(each)) each.look();
    if (arrange()) lookSoon();
  };

  return {
    /** Looks at it at once, and whenever something may have changed. Returns the way to stop. */
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
    /** With watchers of its own making only: those from before a sleep may be deaf. */
    lookNow(): void {
      for (const folder of [...folders.keys()]) drop(folder);
      if (watched.size > 0) look();
    },
    /** The folders watched just now. */
    watching: (): string[] => [...folders.keys()],
  };
}

/** The folder, or the nearest above it that is there; what tells it from another of the same name. */
function nearest(folder: string): { folder: string; identity: string } | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const found = statSync(at, { throwIfNoEntry: false });
    if (found?.isDirectory()) return { folder: at, identity: `${found.dev}:${found.ino}` };
    if (dirname(at) === at) return undefined;
  }
}
