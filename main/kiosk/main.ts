import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { openHost } from '../compose.ts';
import { closeWithinMs, type HostOptions } from '../host.ts';
import { type Kiosk, startKiosk } from './server.ts';

const usage = `Usage: kiosk [--data DIR] [--practice] [--listen PORT] [--no-open]

  --data DIR     the station's folder
  --practice     the practice line
  --listen PORT  the port on 127.0.0.1 (any free one by default)
  --no-open      print the address only, open no browser`;

const exitUsage = 2;
const exitStation = 3;

type Arguments = { host: HostOptions; port: number; open: boolean };
class Misuse extends Error {}

function readArguments(args: string[]): Arguments {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: 'string' },
      practice: { type: 'boolean', default: false },
      listen: { type: 'string', default: '0' },
      'no-open': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    process.exit(0);
  }
  const port = Number(values.listen);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Misuse('--listen takes a port, 0 to 65535.');
  const host: HostOptions = {
    ...(values.data === undefined ? {} : { dataDir: values.data }),
    ...(values.practice ? { practice: true } : {}),
  };
  return { host, port, open: !values['no-open'] };
}

/**
 * Opens the system's browser where there is a screen. The token stands in its arguments, which other users of the
 * machine can read: it is good for one use only, and the browser uses it at once.
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

/** A person at the terminal gets another address with Enter. */
function offerAddresses(kiosk: Kiosk): void {
  if (!process.stdin.isTTY) return;
  process.stdout.write('An address works once: press Enter for another. Ctrl-C stops the station.\n');
  createInterface({ input: process.stdin }).on('line', () => process.stdout.write(`${kiosk.newAddress()}\n`));
}

async function main(): Promise<void> {
  const args = readArguments(process.argv.slice(2));
  const host = await openHost(args.host);
  const assetsDir = join(import.meta.dirname, '../../dist/renderer');
  const kiosk = await startKiosk({ connect: host.connect, assetsDir, port: args.port }).catch(async (error) => {
    await host.close();
    throw error;
  });
  process.stdout.write(`${host.describe()}\nBirthmark is open at ${kiosk.address}\n`);

  let closing = false;
  const close = async () => {
    if (closing) return;
    closing = true;
    setTimeout(() => process.exit(exitStation), closeWithinMs).unref();
    await kiosk.close();
    await host.close();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void close());
  offerAddresses(kiosk);
  if (args.open) openBrowser(kiosk.address);
}

main().catch((error: unknown) => {
  const text = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const misused = error instanceof Misuse || code.startsWith('ERR_PARSE_ARGS');
  const remedy = code === 'EADDRINUSE' ? ' Choose another port with --listen, or stop what listens there.' : '';
  process.stderr.write(`Birthmark cannot start: ${text}${remedy}\n${misused ? `${usage}\n` : ''}`);
  process.exit(misused ? exitUsage : exitStation);
});
