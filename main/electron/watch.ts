/** Keeps the page alive: loads it again when its process is gone or hangs, and gives up to a plain page when that goes on. */
import type * as Electron from 'electron';
import { pageUrl, troubleUrl } from './guards.ts';

/** A moment for Chromium to clean up after the old process; well under the two seconds in which the page must be back. */
export const reloadAfterMs = 250;
/** A page of last resort that cannot live either is tried again, but does not busy the PC. */
const troubleAfterMs = 10_000;
export const oftenWithinMs = 60_000;
/** This often within a minute is too often. */
export const tooOften = 3;

export type Stops = readonly number[];

/** What to show after one more stop: pure, times in milliseconds. */
export function afterStop(stops: Stops, now: number): { stops: Stops; show: 'page' | 'trouble' } {
  const recent = [...stops.filter((at) => now - at < oftenWithinMs), now];
  return { stops: recent, show: recent.length >= tooOften ? 'trouble' : 'page' };
}

export type PageStop = { reason: string; exitCode: number; shown: 'page' | 'trouble' };

/** `told` hears of each stop as it happens. Returns what to call when a person asks for the page again. */
export function watchPage(
  contents: Electron.WebContents,
  told: (stop: PageStop) => void,
  now: () => number = () => performance.now(),
): { forgive(): void } {
  let stops: Stops = [];
  let timer: NodeJS.Timeout | undefined;
  let hung = false;

  const load = (show: 'page' | 'trouble') => {
    if (contents.isDestroyed()) return;
    if (show === 'trouble') void contents.loadURL(troubleUrl).catch(() => {});
    else if (contents.getURL().startsWith(pageUrl)) contents.reload();
    else void contents.loadURL(pageUrl).catch(() => {});
  };

  contents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit' || contents.isDestroyed()) return;
    const inTrouble = contents.getURL() === troubleUrl;
    const next = afterStop(stops, now());
    stops = next.stops;
    const shown = inTrouble ? 'trouble' : next.show;
    told({ reason: hung ? 'hung' : reason, exitCode, shown });
    hung = false;
    clearTimeout(timer);
    timer = setTimeout(() => load(shown), inTrouble ? troubleAfterMs : reloadAfterMs);
  });
  // Its process must end first: a page that hangs answers no request to load itself again.
  contents.on('unresponsive', () => {
    if (contents.isDestroyed()) return;
    hung = true;
    contents.forcefullyCrashRenderer();
  });
  contents.once('destroyed', () => clearTimeout(timer));
  return {
    forgive: () => {
      stops = [];
    },
  };
}
