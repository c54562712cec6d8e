/** Drawing without the graphics card, for PCs on which the graphics process keeps dying. */
import type * as Electron from 'electron';
import type { SettingsStore } from './settings.ts';

/**
 * Chromium restarts a lost graphics process and falls back by itself, until it gives up and ends the whole program
 * (`GPU process isn't usable`). Hardware acceleration can be switched off before `ready` only. So each loss is written
 * down at once, while the program still runs, and the next start draws in software.
 */
export function watchGraphics(
  app: Electron.App,
  settings: SettingsStore,
  told: (loss: { reason: string; exitCode: number; again: boolean }) => void,
): void {
  let losses = 0;
  app.on('child-process-gone', (_event, { type, reason, exitCode }) => {
    if (type !== 'GPU' || reason === 'clean-exit') return;
    losses += 1;
    if (settings.current().graphics !== 'software') settings.saveNow({ graphics: 'software' });
    told({ reason, exitCode, again: losses > 1 });
  });
}
