/**
 * Ports that only the system's list knows: all ports on Windows, and places on the USB tree on macOS. All watchers
 * share one list.
 */
import { readdirSync } from 'node:fs';
import type { PortInfo } from '../../app/device/channel.ts';
import { answersTo } from '../../app/device/portname.ts';
import type { Listener } from './file.ts';
import type { PortWatch } from './portwatch.ts';

/** Asks repeatedly, at its own pace, until it is stopped. `ask` says whether anything was new. */
export type Pace = (ask: () => Promise<boolean>) => () => void;

export function createListWatch(list: () => Promise<PortInfo[]>, pace: Pace) {
  const watched = new Set<{ name: string; listener: Listener; known?: string | undefined; told: boolean }>();
  let ports: PortInfo[] | undefined;
  let stopPace: (() => void) | undefined;

  const tell = (each: typeof watched extends Set<infer W> ? W : never) => {
    const found = ports?.find(answersTo(each.name));
    const identity = found && `${found.path} ${found.vendorId}:${found.productId} ${found.label}`;
    if (each.told && identity === each.known) return;
    const swapped = each.told && identity !== undefined && each.known !== undefined;
    each.known = identity;
    each.told = true;
    if (swapped) each.listener(false);
    if (watched.has(each)) each.listener(identity !== undefined);
  };

  const ask = async (): Promise<boolean> => {
    try {
      const before = JSON.stringify(ports);
      ports = await list();
      for (const each of [...watched]) if (watched.has(each)) tell(each);
      return before !== undefined && JSON.stringify(ports) !== before;
    } catch {
      return false; // Without a list, the last known state stays.
    }
  };

  return (name: string, listener: Listener): (() => void) => {
    const each = { name, listener, told: false };
    watched.add(each);
    if (!stopPace) stopPace = pace(ask);
    else if (ports) queueMicrotask(() => watched.has(each) && tell(each));
    return () => {
      if (!watched.delete(each) || watched.size > 0) return;
      stopPace?.();
      stopPace = ports = undefined;
    };
  };
}

/**
 * For Windows, which sends no events. The list is read every second, and four times as often for a while after a
 * change, because plugging in one unit is often followed by the next. Reading never takes more than a tenth of the
 * time, even when making the list is slow.
 */
export const everySecond: Pace = (ask) => {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let eager = 0;
  const round = async () => {
    const began = performance.now();
    eager = (await ask()) ? 12 : Math.max(0, eager - 1);
    const tookMs = performance.now() - began;
    if (!stopped) timer = setTimeout(round, Math.max(eager > 0 ? 250 : 1000, 10 * tookMs)).unref();
  };
  void round();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
};

/** For macOS: asks only when the names of terminals in the folder have changed. */
export const whenNamesChange =
  (hub: PortWatch, folder: string): Pace =>
  (ask) => {
    let before: string | undefined;
    let asking = false;
    const look = () => {
      const names = terminals(folder);
      if (asking || names === before) return;
      before = names;
      asking = true;
      void ask().then(() => {
        asking = false;
        look();
      });
    };
    return hub.add({ folders: () => [folder], look });
  };

function terminals(folder: string): string {
  try {
    return readdirSync(folder)
      .filter((name) => /^(tty|cu)\./.test(name))
      .sort()
      .join('\n');
  } catch {
    return '';
  }
}
