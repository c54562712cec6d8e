// Builds the screens and the Electron bundles when their sources have changed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { runToEnd } from './command.mjs';
import { findNode, root } from './node.mjs';
import { SetupError, startProgress } from './progress.mjs';

const targets = {
  renderer: {
    title: 'Building the screens:',
    config: 'renderer/vite.config.ts',
    sources: ['renderer', 'app/contract', 'package-lock.json'],
    result: 'dist/renderer/index.html',
  },
  electron: {
    title: 'Building the Electron program:',
    config: 'main/electron/vite.config.ts',
    sources: ['main', 'app', 'native', 'package-lock.json'],
    result: 'dist/electron/main.js',
  },
};

const skipped = new Set(['node_modules', 'dist', 'build']);

/** @param {string} path @returns {Generator<string>} */
function* filesOf(path) {
  if (!existsSync(path)) return;
  if (statSync(path).isFile()) yield path;
  else {
    const entries = readdirSync(path).filter((name) => !skipped.has(name));
    for (const name of entries.sort()) yield* filesOf(join(path, name));
  }
}

/**
 * One digest of names and contents: a checkout changes times, but not contents.
 * @param {string} folder @param {readonly string[]} sources files and folders within it
 */
export function digestSources(folder, sources) {
  const hash = createHash('sha256');
  for (const source of sources) {
    for (const file of filesOf(join(folder, source))) {
      const content = readFileSync(file);
      hash.update(`${file.slice(folder.length)}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest('hex');
}

/** @param {unknown} error */
const codeOf = (error) => /** @type {NodeJS.ErrnoException} */ (error).code;

/**
 * Whether the process that wrote its number into this file still runs.
 * @param {string} file
 */
function holds(file) {
  const pid = Number(existsSync(file) ? readFileSync(file, 'utf8') : 0);
  // The number is written a moment after the file is made.
  if (pid === 0) return existsSync(file);
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/**
 * Lets one process act at a time: Vite empties a folder before it builds, and another process may be filling it.
 *
 * @param {string} file the lock
 * @param {() => Promise<void>} act
 */
async function alone(file, act) {
  for (;;) {
    try {
      writeFileSync(file, `${process.pid}`, { flag: 'wx' });
      break;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      if (holds(file)) await wait(100);
      else rmSync(file, { force: true });
    }
  }
  const release = () => rmSync(file, { force: true });
  process.once('exit', release);
  try {
    return await act();
  } finally {
    process.off('exit', release);
    release();
  }
}

/**
 * Builds one target with Vite, unless dist was made from the same sources. If another process builds it, waits for
 * that.
 *
 * @param {'renderer' | 'electron'} name
 */
export async function ensureBuilt(name, folder = root) {
  const { title, config, sources, result } = targets[name];
  const stamp = join(folder, `dist/${name}.stamp`);
  const digest = digestSources(folder, sources);
  const isBuilt = () => existsSync(stamp) && existsSync(join(folder, result)) && readFileSync(stamp, 'utf8') === digest;
  if (isBuilt()) return;
  mkdirSync(join(folder, 'dist'), { recursive: true });
  await alone(join(folder, `dist/${name}.lock`), async () => {
    if (isBuilt()) return;
    rmSync(stamp, { force: true });
    const progress = startProgress(title);
    const { code, text } = await vite(folder, config);
    progress.end(code === 0 ? 'done' : 'FAILED');
    if (code !== 0) throw new SetupError(text.trim(), 'Mend the sources, or go back to a commit that builds.');
    writeFileSync(stamp, digest);
  });
}

/** @param {string} folder @param {string} config */
function vite(folder, config) {
  const script = join(folder, 'node_modules/vite/bin/vite.js');
  return runToEnd(findNode(), [script, 'build', '--config', config, '--logLevel', 'warn'], { cwd: folder });
}
