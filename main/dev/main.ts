/**
 * npm run dev: the practice line, with screens that follow their sources. Vite's development server shows the page and
 * replaces in it what changes; its calls go on to a kiosk, whose guards stay as they are. Nothing of this is packed.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createServer } from 'vite';
import { openHost } from '../compose.ts';
import { closeAll, exitStation, untilStopped } from '../kiosk/closing.ts';
import { startKiosk } from '../kiosk/server.ts';
import { portNumber } from '../numbers.ts';

const renderer = join(import.meta.dirname, '../../renderer');
// In a shell for releases Vite would serve screens that cannot be replaced in their page.
process.env.NODE_ENV = 'development';
const { values } = parseArgs({
  options: { data: { type: 'string' }, listen: { type: 'string', default: '5173' } },
});

const host = await openHost({ practice: true, ...(values.data === undefined ? {} : { dataDir: values.data }) });
const kiosk = await startKiosk({ connect: host.connect, assetsDir: renderer });
/** To the kiosk the page is one of its own: the address it was served from is Vite's. */
const asItsOwn = { origin: kiosk.url };
const vite = await createServer({
  configFile: join(renderer, 'vite.config.ts'),
  logLevel: 'warn',
  server: {
    host: '127.0.0.1',
    port: portNumber(values.listen, '--listen'),
    proxy: { '/api': { target: kiosk.url, changeOrigin: true, headers: asItsOwn } },
  },
});
await vite.listen();
// Vite would end the process at the first signal, with the records open.
process.removeAllListeners('SIGTERM');
const stopped = untilStopped();
const { pathname, hash } = new URL(kiosk.address);
const address = new URL(pathname + hash, vite.resolvedUrls?.local[0]);
process.stdout.write(`${host.describe()}\nBirthmark is open at ${address}\n`);
await stopped;
// A page waits without end for its events. The kiosk ends that wait before Vite waits for its connections.
await closeAll({ kiosk, host }, () => process.exit(exitStation));
await vite.close();
process.exit(0);
