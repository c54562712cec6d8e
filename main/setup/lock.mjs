// npm run lock: brings package-lock.json in line with package.json. Every entry has its integrity, and none names a
// host.
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npm } from './dependencies.mjs';
import { root } from './node.mjs';
import { runMain, SetupError, say, startProgress } from './progress.mjs';

const lockOnly = ['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
/** @typedef {{ name?: string, version?: string, integrity?: string, resolved?: string, link?: boolean }} Entry */
/** @typedef {{ packages: Record<string, Entry> }} Lock */

/** @param {string} folder @returns {Lock} */
const readLock = (folder) => JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));
/** @param {string} path @param {Entry} entry */
const nameOf = (path, { name }) => name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/**
 * The packages that a lock file would install, without the project itself and links within it.
 * @param {Lock} lock
 */
const entriesOf = ({ packages }) => Object.entries(packages).filter(([path, { link }]) => path !== '' && !link);

/**
 * Faults of a lock file: entries without a digest of their content, and entries that name the host they came from.
 * @param {Lock} lock
 * @returns {string[]} one line each
 */
export function faultsOf(lock) {
  return entriesOf(lock).flatMap(([path, { integrity, resolved }]) => [
    ...(integrity === undefined ? [`${path} has no integrity`] : []),
    ...(resolved === undefined ? [] : [`${path} names a host`]),
  ]);
}

/** @param {string} folder @param {readonly string[]} args */
async function runNpm(folder, args) {
  const { code, text } = await npm(folder, args);
  if (code !== 0) throw new SetupError(text.trim(), 'See what npm says above; the lock file is as it was.');
}

/**
 * npm does not add a missing integrity. When the package is asked for under another name, npm looks it up again.
 * @param {[string, Entry][]} entries @param {string} folder
 */
async function askFor(entries, folder) {
  const wanted = entries.map(([path, entry], index) => [`p${index}`, `npm:${nameOf(path, entry)}@${entry.version}`]);
  const manifest = { name: 'integrity', version: '0.0.0', private: true };
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ ...manifest, optionalDependencies: Object.fromEntries(wanted) }),
  );
  // With --force, because packages of other platforms are among them.
  await runNpm(folder, [...lockOnly, '--force']);
  const { packages } = readLock(folder);
  for (const [index, [, entry]] of entries.entries()) {
    const integrity = packages[`node_modules/p${index}`]?.integrity;
    if (integrity !== undefined) entry.integrity = integrity;
  }
}

/**
 * npm writes a package's fields in this order.
 * @param {Entry} entry
 */
function ordered(entry) {
  const { name, version, integrity, ...rest } = entry;
  return { ...(name ? { name } : {}), version, ...(integrity ? { integrity } : {}), ...rest };
}

/**
 * Works in a folder of its own: beside a node_modules, npm would take its data from there.
 * @param {string} folder @param {string} scratch
 */
async function makeLock(folder, scratch) {
  for (const name of ['package.json', 'package-lock.json', '.npmrc'])
    if (existsSync(join(folder, name))) copyFileSync(join(folder, name), join(scratch, name));
  await runNpm(scratch, lockOnly);
  const lock = readLock(scratch);
  const bare = entriesOf(lock).filter(([, { integrity }]) => integrity === undefined);
  if (bare.length > 0) {
    const other = mkdtempSync(join(scratch, 'ask-'));
    await askFor(bare, other);
  }
  const packages = Object.entries(lock.packages).map(([path, { resolved: _host, ...entry }]) => [
    path,
    path === '' ? entry : ordered(entry),
  ]);
  return { ...lock, packages: Object.fromEntries(packages) };
}

/**
 * Writes the lock file of a folder.
 * @returns {Promise<string[]>} what is still wrong with it; then nothing was written
 * @throws {SetupError} with what npm said
 */
export async function writeLock(folder = root) {
  const scratch = mkdtempSync(join(tmpdir(), 'birthmark-lock-'));
  try {
    const lock = await makeLock(folder, scratch);
    const faults = faultsOf(lock);
    if (faults.length === 0) writeFileSync(join(folder, 'package-lock.json'), `${JSON.stringify(lock, null, 2)}\n`);
    return faults;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

if (import.meta.main ?? process.argv[1] === import.meta.filename) {
  runMain(async () => {
    const progress = startProgress('Writing package-lock.json:');
    const faults = await writeLock();
    progress.end(faults.length === 0 ? 'done' : 'FAILED');
    for (const fault of faults) say(fault);
    return faults.length === 0 ? 0 : 1;
  });
}
