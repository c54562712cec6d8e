/** The end of a station that a signal stops: Ctrl-C, a closed terminal, systemd, the end of a session. */
import { closeWithinMs, type Host } from '../host.ts';
import type { Kiosk } from './server.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Resolves with the first of them; further ones change nothing, so that impatience does not cut short what is under way. */
export function untilStopped(): Promise<NodeJS.Signals> {
  // A terminal that was closed is no place to write to or to read from any more, and no reason to break down.
  for (const stream of [process.stdout, process.stderr, process.stdin]) stream.on('error', () => {});
  return new Promise((resolve) => {
    for (const signal of signals) process.on(signal, resolve);
  });
}

/**
 * Screens end, and at the same time what runs: units stop and are on record, to go on at their next scan. Resolves when all is
 * closed; `overdue` is called once that has taken too long, for a port or a browser that hangs must not keep the program.
 */
export async function closeAll(
  kiosk: Pick<Kiosk, 'close'>,
  host: Pick<Host, 'close'>,
  overdue: () => void,
): Promise<void> {
  const timer = setTimeout(overdue, closeWithinMs);
  // The screens' sessions end in the records, so they go first; their connections may take as long as they like.
  const screens = kiosk.close();
  await host.close();
  await screens;
  clearTimeout(timer);
}
