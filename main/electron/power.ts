/** The PC's power: keeps it awake while units are at work, and reports when it sleeps, wakes, locks or ends. */
import { spawn } from 'node:child_process';
import type * as Electron from 'electron';
import type { Host } from '../host.ts';

export type PowerTools = {
  powerMonitor: Electron.PowerMonitor;
  powerSaveBlocker: Electron.PowerSaveBlocker;
  /** Tells the system that it must not end now, and why. Returns the function that takes this back. */
  inhibit?: (why: string) => () => void;
  told: (what: 'suspend' | 'resume' | 'lockScreen' | 'unlockScreen', units: number) => void;
  /** The PC was locked. The person who unlocks it may be another one. */
  onLock: () => void;
  onShutdown: () => void;
};

export function watchPower(host: Host, tools: PowerTools): void {
  const { powerMonitor, powerSaveBlocker, told } = tools;
  let units = 0;
  let blocker: number | undefined;
  let release: (() => void) | undefined;

  host.onWork((now) => {
    units = now;
    if (units > 0) {
      blocker ??= powerSaveBlocker.start('prevent-display-sleep');
      release ??= tools.inhibit?.('Units are at work on the bench.');
      return;
    }
    if (blocker !== undefined) powerSaveBlocker.stop(blocker);
    release?.();
    blocker = undefined;
    release = undefined;
  });

  const failed = (what: string) => (error: unknown) =>
    process.stderr.write(`The station did not take ${what}: ${String(error)}\n`);
  powerMonitor.on('suspend', () => {
    told('suspend', units);
    host.suspend().catch(failed('that the PC sleeps'));
  });
  powerMonitor.on('resume', () => {
    told('resume', units);
    host.resume().catch(failed('that the PC is awake'));
  });
  powerMonitor.on('lock-screen', () => {
    told('lockScreen', units);
    tools.onLock();
  });
  powerMonitor.on('unlock-screen', () => told('unlockScreen', units));
  // On Linux and macOS. Electron passes an event, although its types do not say so.
  powerMonitor.on('shutdown', (event?: { preventDefault(): void }) => {
    event?.preventDefault();
    tools.onShutdown();
  });
}

/**
 * For Linux. Chromium's blocker keeps the screen on, but does not keep a person from shutting down. systemd's lock
 * does: the desktop then says that units are at work, and asks. The lock ends with its standard input, so it cannot
 * outlive us. Without systemd nothing is held back.
 */
export function systemdInhibit(why: string): () => void {
  const options = ['--what=shutdown:sleep', '--mode=block', '--who=Birthmark', `--why=${why}`];
  const child = spawn('systemd-inhibit', [...options, 'cat'], { stdio: ['pipe', 'ignore', 'ignore'] });
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  return () => child.stdin.end();
}
