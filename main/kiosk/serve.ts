import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openHost } from '../compose.ts';
import type { HostOptions } from '../host.ts';
import { closeAll, exitStation, untilStopped } from './closing.ts';
import { fileMemory } from './memory.ts';
import { type Kiosk, startKiosk } from './server.ts';

/**
 * Opens the system's browser when there is a screen. The token is in its arguments, which other users of the machine
 * can read. It is good for one use only, and the browser uses it at once.
 */
function openBrowser(address: string): void {
  const { platform, env } = process;
  if (platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY) return;
  const [command, ...args] =
    platform === 'darwin'
      ? ['open', address]
      : platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler', address]
        : ['xdg-open', address];
  const browser = spawn(command ?? '', args, { stdio: 'ignore', detached: true });
  browser.on('error', () => undefined);
  browser.unref();
}

/** A person at the terminal gets another address with Enter. Returns the function that stops listening. */
function offerAddresses(kiosk: Kiosk): () => void {
  if (!process.stdin.isTTY) return () => {};
  process.stdout.write('An address works once: press Enter for another. Ctrl-C stops the station.\n');
  const lines = createInterface({ input: process.stdin });
  lines.on('line', () => process.stdout.write(`${kiosk.newAddress()}\n`));
  return () => lines.close();
}

/** Opens the station and serves its screens. Resolves once a signal has closed it. Rejects when it cannot start. */
export async function serveKiosk(options: HostOptions, { port, open }: { port: number; open: boolean }): Promise<void> {
  const host = await openHost(options);
  const assetsDir = join(import.meta.dirname, '../../dist/renderer');
  const kiosk = await startKiosk({
    connect: host.connect,
    assetsDir,
    port,
    terminal: process.stdin.isTTY,
    ...(host.folder === undefined ? {} : { memory: fileMemory(join(host.folder, 'kiosk.json')) }),
  }).catch(async (error: unknown) => {
    await host.close();
    throw error;
  });
  const stopped = untilStopped();
  process.stdout.write(`${host.describe()}\nBirthmark is open at ${kiosk.address}\n`);
  const stopOffering = offerAddresses(kiosk);
  if (open) openBrowser(kiosk.address);
  await stopped;
  stopOffering();
  await closeAll({ kiosk, host }, () => process.exit(exitStation));
}
