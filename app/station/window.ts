/** The program's window for the station: its events go to the log, and its troubles are among the doctor's checks. */
import type { DoctorCheck } from '../contract/model.ts';
import type { WindowControl } from './composition.ts';
import type { Log } from './log.ts';

/** Puts events of the window into the log and reports that the status changed. Returns the function that stops this. */
export function followWindow(window: WindowControl | undefined, log: Log, changed: () => void): () => void {
  if (!window) return () => {};
  return window.onEvent(({ level, ...event }) => {
    log[level](event, 'window');
    changed();
  });
}

/** One check if there is a window. It is well while the page and its graphics have lived since the program started. */
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
  if (ok) return [{ name: 'window', ok, detail, finding: { what: 'windowWell' } }];
  const values = { reloads: pageReloads, losses: graphicsLosses };
  const cure = graphicsLosses > 0 ? 'updateGraphics' : 'restartProgram';
  const remedy =
    cure === 'updateGraphics'
      ? 'update the graphics driver; until then draw without the graphics card (Station screen, Window)'
      : 'start the program again between two shifts; if it comes back, check the memory of this PC and tell the makers';
  return [{ name: 'window', ok, detail, remedy, finding: { what: 'windowSuffered', remedy: cure, values } }];
}
