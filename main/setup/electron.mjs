// Tells whether the station can have its own window on this machine.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { recall, remember } from './memory.mjs';
import { findNode, root } from './node.mjs';
import { startProgress } from './progress.mjs';

const fetchLimitMs = 5 * 60_000;
const retryAfterMs = 24 * 3600_000;
/** @param {string} folder */
const memory = (folder) => join(folder, 'node_modules/.cache/birthmark/electron.json');
/** @param {string} folder */
const packageOf = (folder) => join(folder, 'node_modules/electron');

/**
 * Why no window can be shown on this machine, or undefined.
 * @param {{ platform: string, env: NodeJS.ProcessEnv, uid: number | undefined }} [machine]
 */
export function whyNoWindow(
  { platform, env, uid } = { platform: process.platform, env: process.env, uid: process.getuid?.() },
) {
  if (platform !== 'linux') return undefined;
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return 'There is no display here';
  if (uid === 0) return 'Electron keeps its sandbox and so does not run as root';
  return undefined;
}

/** @param {string} folder */
function binaryOf(folder) {
  const pathFile = join(packageOf(folder), 'path.txt');
  if (!existsSync(pathFile)) return undefined;
  const binary = join(packageOf(folder), 'dist', readFileSync(pathFile, 'utf8'));
  return existsSync(binary) ? binary : undefined;
}

/**
 * The path of Electron's binary. The first start fetches it. A failure is remembered for a day, so that the next starts
 * do not wait for the network again.
 * @param {string} [folder]
 * @returns {Promise<{ binary?: string | undefined, reason?: string }>} `reason`: why there is none
 */
export async function findElectron(folder = root, now = Date.now()) {
  const there = binaryOf(folder);
  if (there !== undefined) return { binary: there };
  if (!existsSync(join(packageOf(folder), 'package.json'))) return { reason: 'Electron is not installed' };
  const { version } = JSON.parse(readFileSync(join(packageOf(folder), 'package.json'), 'utf8'));
  const failed = recall(memory(folder));
  const fresh = failed !== undefined && failed.version === version && now - failed.at < retryAfterMs;
  if (!fresh && (await fetchBinary(folder, version))) return { binary: binaryOf(folder) };
  if (!fresh) remember(memory(folder), { version, at: now });
  return { reason: `Electron ${version} could not be fetched (tried again after a day, or: npx install-electron)` };
}

/** @param {string} folder @param {string} version */
async function fetchBinary(folder, version) {
  const progress = startProgress(`Fetching Electron ${version} (about 120 MB, once):`);
  const child = spawn(findNode(), [join(packageOf(folder), 'install.js')], {
    stdio: 'ignore',
    timeout: fetchLimitMs,
    killSignal: 'SIGKILL',
  });
  /** @type {number} */
  const code = await new Promise((resolve) => {
    child.on('error', () => resolve(1));
    child.on('exit', (status) => resolve(status ?? 1));
  });
  const done = code === 0 && binaryOf(folder) !== undefined;
  progress.end(done ? 'done' : 'not possible here');
  return done;
}
