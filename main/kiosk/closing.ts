/** The end of a station that a signal stops: Ctrl-C, a closed terminal, systemd, or the end of a session. */
import { closeWithinMs, type Host } from '../host.ts';
import type { Kiosk } from './server.ts';

/** The exit code of a station that cannot start, or that does not close in time. */
export const exitStation = 3;

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Resolves with the first signal. Further signals change nothing, so that impatience does not interrupt running work.
 */
export function untilStopped(): Promise<NodeJS.Signals> {
  // A closed terminal can no longer be written or read. That must not break the program.
  for (const stream of [process.stdout, process.stderr, process.stdin]) stream.on('error', () => {});
  return new Promise((resolve) => {
    for (const signal of signals) process.on(signal, resolve);
  });
}

/**
 * Ends the screens and, at the same time, the running work: units stop and are on record, to continue at their next
 * scan. Resolves when everything is closed. `overdue` is called when that takes too long, because a hanging port or
 * browser must not keep the program running.
 */
export async function closeAll(
  { kiosk, host }: { kiosk: Pick<Kiosk, 'close'>; host: Pick<Host, 'close'> },
  overdue: () => void,
): Promise<void> {
  const timer = setTimeout(overdue, closeWithinMs);
  // The records log the end of the screens' sessions, so those end first. Their connections may take longer.
  const screens = kiosk.close();
  await host.close();
  await screens;
  clearTimeout(timer);
}
