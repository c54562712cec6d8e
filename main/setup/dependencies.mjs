// Installs the packages of package-lock.json when they are missing.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runToEnd } from './command.mjs';
import { root } from './node.mjs';
import { SetupError, startProgress } from './progress.mjs';

const leastMajor = 20;
/**
 * An entry of a lock file's `packages`.
 * @typedef {{ version: string, os?: string[], cpu?: string[], optional?: boolean }} Entry
 */
/** @param {string} file @returns {{ packages: Record<string, Entry> }} */
const readLock = (file) => JSON.parse(readFileSync(file, 'utf8'));
/** @param {string} folder */
const stampFile = (folder) => join(folder, 'node_modules/.birthmark-lock');
/** @param {string} folder */
const digestOf = (folder) =>
  createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');

/**
 * Applies npm's `os` and `cpu` rules: a list of names that are meant, or of names with `!` that are not.
 * @param {string[] | undefined} rule @param {string} value
 */
function fits(rule, value) {
  const list = [rule ?? []].flat();
  const meant = list.filter((name) => !name.startsWith('!'));
  return !list.includes(`!${value}`) && (meant.length === 0 || meant.includes(value));
}

/**
 * Packages of the lock file that belong on this platform, by folder.
 * @param {string} folder
 */
function wanted(folder) {
  const { packages } = readLock(join(folder, 'package-lock.json'));
  /** @param {[string, Entry]} entry */
  const here = ([path, { os, cpu }]) => path !== '' && fits(os, process.platform) && fits(cpu, process.arch);
  return Object.entries(packages).filter(here);
}

/**
 * npm keeps a lock file of the packages it installed. Optional packages may be missing from it.
 * @param {string} folder
 */
export function isInstalled(folder) {
  const hidden = join(folder, 'node_modules/.package-lock.json');
  if (!existsSync(hidden)) return false;
  const { packages } = readLock(hidden);
  return wanted(folder).every(([path, { version, optional }]) =>
    packages[path] === undefined ? optional === true : packages[path]?.version === version,
  );
}

/**
 * Makes sure that node_modules matches package-lock.json. When it does, this costs one read of the lock file.
 * @throws {SetupError} with a remedy
 * @param {string} [folder]
 */
export async function ensureDependencies(folder = root) {
  const digest = digestOf(folder);
  const stamp = stampFile(folder);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  if (!isInstalled(folder)) await install(folder);
  writeFileSync(stamp, digest);
}

/** @param {string} folder */
async function install(folder) {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < leastMajor) {
    throw new SetupError(
      `This is Node ${process.versions.node}; Birthmark's setup needs Node ${leastMajor} or newer.`,
      'Install a current Node (24 is the one the station runs on) and run the command again.',
    );
  }
  const files = wanted(folder).map(([path]) => join(folder, path, 'package.json'));
  const progress = startProgress('Installing packages (only the first time, and when they change):');
  const count = setInterval(() => {
    const there = files.filter((file) => existsSync(file)).length;
    const percent = Math.min(99, Math.floor((there / files.length) * 100));
    progress.update(`${process.stderr.isTTY ? percent : percent - (percent % 10)}%`);
  }, 1000);
  const { code, text } = await npm(folder, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  clearInterval(count);
  progress.end(code === 0 ? 'done' : 'FAILED');
  if (code !== 0) throw explain(text);
}

/**
 * Runs the npm that started us, or else the one on the PATH.
 * @param {string} folder where @param {readonly string[]} args
 */
export async function npm(folder, args) {
  const { npm_execpath: script, npm_node_execpath: node = process.execPath } = process.env;
  const direct = script !== undefined && /\.[cm]?js$/.test(script);
  const { code, text, problem } = await (direct
    ? runToEnd(node, [script, ...args], { cwd: folder })
    : runToEnd('npm', args, { cwd: folder, shell: process.platform === 'win32' }));
  return { code, text: problem ? `npm error code ${problem.code}` : text };
}

/** @type {readonly [codes: RegExp, what: string, remedy: string][]} */
const remedies = [
  [
    /^(ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONN\w+|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|EIDLETIMEOUT)$/,
    'The packages could not be fetched: there is no way to the package registry.',
    'Connect to the network (behind a proxy: npm config set proxy URL), then run the command again.',
  ],
  [/^ENOSPC$/, 'The disk is full.', 'Free about 1 GB, then run the command again.'],
  [
    /^(EACCES|EROFS)$/,
    'The folder of the clone cannot be written to.',
    'Clone into a folder of your own, or make this one writable.',
  ],
  [/^(EPERM|EBUSY)$/, 'A file in node_modules is in use.', 'Close running stations and editors, then run: npm ci'],
  [/^ENOENT$/, 'npm was not found.', 'Install Node with npm, then run the command again.'],
  [
    /^EUSAGE$/,
    'package.json and package-lock.json do not agree.',
    'Take both from one commit; npm says above which differ.',
  ],
  [/^EINTEGRITY$/, 'A package arrived damaged.', 'Run: npm cache clean --force, then the command again.'],
];

/**
 * npm's own error code decides the words. npm's output is shown in full.
 * @param {string} text
 */
export function explain(text) {
  const code = /npm (?:error|ERR!) code (\S+)/.exec(text)?.[1] ?? '';
  const [, what, remedy] = remedies.find(([codes]) => codes.test(code)) ?? [
    /$/,
    'The packages could not be installed.',
    'Read what npm says above; npm ci shows it again.',
  ];
  return new SetupError(`${text.trim()}\n\n${what}`, remedy);
}
