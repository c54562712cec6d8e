// npm start: from a fresh clone to the station, in a window of its own or in the browser.
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { findElectron, whyNoWindow } from './electron.mjs';
import { root, runInPlace, runNode } from './node.mjs';
import { ensurePkcs11 } from './pkcs11.mjs';
import { runMain, say } from './progress.mjs';

const usage = `Usage: npm start -- [options]

  --data DIR     the station's folder (the platform's usual place by default)
  --practice     the practice line
  --kiosk        the window fills the screen
  --browser      in a browser of this machine instead of a window
  --listen PORT  in a browser, at this port of 127.0.0.1
  --no-open      in a browser, but print the address only
  --help         this text`;

const browserOnly = ['--browser', '--listen', '--no-open'];
/** @param {readonly string[]} args */
const asksForBrowser = (args) =>
  args.some((arg) => browserOnly.some((name) => arg === name || arg.startsWith(`${name}=`)));

/**
 * Exit codes of the station itself. SIGKILL is among them, because the station ends itself that way when a token hangs.
 * Any other exit is Electron's own.
 */
const stationExits = new Set([0, 1, 2, 3, 128 + 1, 128 + 2, 128 + 9, 128 + 15]);

/**
 * Why there is no window, or the exit code of the station that ran in one.
 * @param {readonly string[]} args
 * @returns {Promise<string | number>}
 */
async function tryWindow(args) {
  const reason = whyNoWindow();
  if (reason !== undefined) return reason;
  const { binary, reason: noBinary } = await findElectron();
  if (binary === undefined) return noBinary ?? 'Electron has no binary here';
  await ensureBuilt('electron');
  const code = await runInPlace(binary, [root, ...args]);
  return stationExits.has(code) ? code : `Electron does not run here (it ended with ${code})`;
}

runMain(async () => {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  await ensureDependencies();
  // Only a CA key in a token needs it, and its absence is reported then.
  await ensurePkcs11(root);
  await ensureBuilt('renderer');
  if (!asksForBrowser(args)) {
    const ended = await tryWindow(args);
    if (typeof ended === 'number') return ended;
    say(`${ended}: the station opens in a browser instead.`);
  }
  const forKiosk = args.filter((arg) => arg !== '--browser' && arg !== '--kiosk');
  return runNode(join(root, 'main/kiosk/main.ts'), forKiosk);
});
