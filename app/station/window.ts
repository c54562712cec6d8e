/** The program's window as the station sees it: its events in the log, its troubles among the doctor's checks. */
import type { DoctorCheck } from '../contract/model.ts';
import type { WindowControl } from './composition.ts';
import type { Log } from './log.ts';

/** Puts what happens to the window into the log and says that the status changed. Returns the way to stop. */
export function followWindow(window: WindowControl | undefined, log: Log, changed: () => void): () => void {
  if (!window) return () => {};
  return window.onEvent(({ level, ...event }) => {
    log[level](event, 'window');
    changed();
  });
}

/** One check where there is a window; well while its page and its graphics lived since the program started. */
export function windowChecks(window: WindowControl | undefined): DoctorCheck[] {
  if (!window) return [];
  const { pageReloads, lastReloadAt, graphicsLosses, software } = window.brief();
  const page =
    pageReloads === 0
      ? 'the page has lived since the program started'
      : `the page was gone or hung ${pageReloads} times and was loaded again, last at ${lastReloadAt ?? '-'}`;
  const graphics = software ? 'drawn without the graphics card' : `graphics lost ${graphicsLosses} times`;
  const ok = pageReloads === 0 && graphicsLosses === 0;
  const detail = `${page}; ${graphics}`;
  if (ok) return [{ name: 'window', ok, detail }];
  const remedy =
    graphicsLosses > 0
      ? 'update the graphics driver; until then draw without the graphics card (Station screen, Window)'
      : 'start the program again between two shifts; if it comes back, check the memory of this PC and tell the makers';
  return [{ name: 'window', ok, detail, remedy }];
}
