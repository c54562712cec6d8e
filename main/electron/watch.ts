/**
 * Keeps the page alive. It loads the page again when its process is gone or hangs, and shows a plain page when that
 * goes on.
 */
import type * as Electron from 'electron';
import { pageUrl, troubleUrl } from './guards.ts';

/**
 * A moment for Chromium to clean up after the old process. It is well under the two seconds in which the page must be
 * back.
 */
export const reloadAfterMs = 250;
/**
 * If the page of last resort cannot live either, it is loaded again after this time, so that the PC is not kept busy.
 */
const troubleAfterMs = 10_000;
export const oftenWithinMs = 60_000;
/** This many stops within a minute are too many. */
export const tooOften = 3;

export type Stops = readonly number[];

/** Decides what to show after one more stop. Pure; times in milliseconds. */
export function afterStop(stops: Stops, now: number): { stops: Stops; show: 'page' | 'trouble' } {
  const recent = [...stops.filter((at) => now - at < oftenWithinMs), now];
  return { stops: recent, show: recent.length >= tooOften ? 'trouble' : 'page' };
}

export type PageStop = { reason: string; exitCode: number; shown: 'page' | 'trouble' };

/** `told` is called at each stop. Returns the function to call when a person asks for the page again. */
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
  // Its process must end first: a hanging page cannot load itself again.
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
