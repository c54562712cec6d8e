// Compiles pkcs11js, which comes as source, because packages are installed without running their scripts. It is plain
// Node-API, so both Node and Electron can load the result of one compiler run.
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { runToEnd } from './command.mjs';
import { recall, remember } from './memory.mjs';
import { root } from './node.mjs';

const compileLimitMs = 120_000;
const retryAfterMs = 24 * 3600_000;
/** The sources that its binding.gyp names, and the place where its index.js looks. */
const sources = ['src/dl.cpp', 'src/common.cpp', 'src/main.cpp'];
const result = 'build/Release/pkcs11.node';

/** @param {string} folder */
const packageOf = (folder) => join(folder, 'node_modules/pkcs11js');
/** @param {string} folder */
const headersOf = (folder) => join(folder, 'node_modules/node-api-headers/include');
/** @param {string} folder */
const memory = (folder) => join(folder, 'node_modules/.cache/birthmark/pkcs11.json');

/** @param {string} name */
const onPath = (name) =>
  (process.env.PATH ?? '').split(delimiter).find((directory) => directory !== '' && existsSync(join(directory, name)));

/**
 * The compiler's name, or why there is none.
 * @returns {{ name: string, reason?: undefined } | { name?: undefined, reason: string }}
 */
function findCompiler() {
  if (process.platform === 'win32')
    return { reason: 'On Windows it is compiled with Visual Studio’s Build Tools by: npm rebuild pkcs11js' };
  if (process.platform === 'darwin') {
    // Without the tools, clang++ is a stand-in that opens a dialog.
    const { status } = spawnSync('xcode-select', ['-p'], { stdio: 'ignore' });
    return status === 0
      ? { name: 'clang++' }
      : { reason: 'There is no C++ compiler; install one: xcode-select --install' };
  }
  const name = ['g++', 'clang++', 'c++'].find(onPath);
  return name === undefined
    ? { reason: 'There is no C++ compiler; on Debian or Ubuntu: sudo apt-get install g++' }
    : { name };
}

/**
 * Makes tokens usable, if this machine can. A failed compiler run is remembered for a day, so that the next starts do
 * not wait for another one.
 * @param {string} [folder]
 * @param {{again?: boolean, now?: number}} [options] `again`: even if it has just failed
 * @returns {Promise<string | undefined>} why tokens cannot be used
 */
export async function ensurePkcs11(folder = root, options = {}) {
  try {
    return await tryToHave(folder, options);
  } catch (error) {
    // For example, node_modules may be read-only. The station still starts.
    return `pkcs11js could not be compiled: ${error instanceof Error ? error.message : error}`;
  }
}

/**
 * @param {string} folder @param {{ again?: boolean, now?: number }} options
 * @returns {Promise<string | undefined>}
 */
async function tryToHave(folder, { again = false, now = Date.now() }) {
  const binding = join(packageOf(folder), result);
  if (existsSync(binding)) return undefined;
  const manifest = join(packageOf(folder), 'package.json');
  if (!existsSync(manifest)) return 'pkcs11js is not installed';
  const { name, reason } = findCompiler();
  if (name === undefined) return reason;
  const { version } = JSON.parse(readFileSync(manifest, 'utf8'));
  const failed = recall(memory(folder));
  if (!again && failed !== undefined && failed.version === version && now - failed.at < retryAfterMs)
    return failed.reason;
  const { ok, text } = await compile(folder, name, binding);
  if (ok) return undefined;
  const why = `pkcs11js ${version} could not be compiled by ${name}: ${text.trim().slice(-2000)}`;
  remember(memory(folder), { version, at: now, reason: why });
  return why;
}

/**
 * Compiles into a file of this run, then renames it: two starts at once do not harm each other.
 * @param {string} folder @param {string} compiler @param {string} binding
 */
async function compile(folder, compiler, binding) {
  const made = `${binding}.${randomUUID()}`;
  mkdirSync(dirname(binding), { recursive: true });
  const defines = ['NAPI_DISABLE_CPP_EXCEPTIONS', 'NODE_GYP_MODULE_NAME=pkcs11', 'BUILDING_NODE_EXTENSION'];
  const args = ['-shared', '-fPIC', '-std=c++17', '-O2', ...defines.map((define) => `-D${define}`)];
  if (process.platform === 'darwin') args.push('-undefined', 'dynamic_lookup');
  args.push('-Iincludes', `-I${headersOf(folder)}`, ...sources, '-o', made);
  const { code, text } = await runToEnd(compiler, args, {
    cwd: packageOf(folder),
    timeout: compileLimitMs,
    killSignal: 'SIGKILL',
  });
  const ok = code === 0 && existsSync(made);
  if (ok) renameSync(made, binding);
  else rmSync(made, { force: true });
  return { ok, text };
}
