import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createBuilder, mergeConfig, type Plugin } from 'vite';
import config from '../../../main/electron/vite.config.ts';
import { chooseHost, type OpenHost } from './host.ts';

const root = join(import.meta.dirname, '../../..');
const hostFile = join(import.meta.dirname, 'host.ts');

const replaceComposition: Plugin = {
  name: 'replace-composition',
  enforce: 'pre',
  resolveId: (id) => (id.endsWith('/compose.ts') ? hostFile : null),
};

type Composition = 'fake' | 'real';

async function build(composition: Composition): Promise<string> {
  const outDir = mkdtempSync(join(process.env.BIRTHMARK_TEST_WINDOWS ?? tmpdir(), `birthmark-${composition}-`));
  const overrides = {
    configFile: false,
    logLevel: 'warn',
    plugins: composition === 'fake' ? [replaceComposition] : [],
    environments: { main: { build: { outDir } }, preload: { build: { outDir } } },
  } as const;
  const builder = await createBuilder(mergeConfig(config, overrides));
  await builder.buildApp();
  return outDir;
}

/**
 * A whole run builds the `fake` composition once, in the process that needs it first. What ships `npm test` has built
 * before it began.
 */
async function built(composition: Composition): Promise<string> {
  const shared = process.env.BIRTHMARK_TEST_WINDOWS;
  if (shared && composition === 'real') return join(root, 'dist/electron');
  const known = shared && join(shared, composition);
  if (known && existsSync(known)) return known;
  const made = await build(composition);
  process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  if (!known) return made;
  try {
    renameSync(made, known);
    return known;
  } catch {
    // Another process was sooner.
    return made;
  }
}

/**
 * The real main and preload bundles in a folder of this process, beside a small page. The folder is in the checkout, where
 * they find their packages.
 * @param composition `fake`: the station is the one a test chooses; `real`: what ships.
 */
export async function buildBundles(composition: Composition): Promise<{ folder: string; remove(): void }> {
  const folder = join(root, 'test/results', `electron-${composition}-${process.pid}`);
  mkdirSync(join(folder, 'renderer/assets'), { recursive: true });
  writeFileSync(join(folder, 'renderer/index.html'), '<!doctype html><title>Page</title>');
  writeFileSync(join(folder, 'renderer/assets/index-AbC123.js'), 'export {};\n');
  cpSync(await built(composition), join(folder, 'electron'), { recursive: true });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

const standinUrl = pathToFileURL(join(import.meta.dirname, 'electron.ts')).href;
const standinFolder = new URL('.', standinUrl).href;
const runOf = (url: string | undefined) =>
  url === undefined ? null : (URL.parse(url)?.searchParams.get('run') ?? null);

/** `electron` is the stand-in for what a launched bundle imports; each launch has its own. */
registerHooks({
  resolve(specifier, context, next) {
    const run = runOf(context.parentURL);
    if (run === null) return next(specifier, context);
    if (specifier === 'electron') return { url: `${standinUrl}?run=${run}`, shortCircuit: true };
    const resolved = next(specifier, context);
    const ours = specifier.startsWith('./') && !resolved.url.startsWith(standinFolder);
    return ours ? { ...resolved, url: `${resolved.url}?run=${run}` } : resolved;
  },
});

type Standin = typeof import('./electron.ts');
let runs = 0;

export type LaunchOptions = {
  args?: string[];
  locked?: boolean;
  /** Where this PC keeps stations and the window's settings; a new place unless the environment names one. */
  home?: string;
  /** What this PC is like, before the program starts. */
  prepare?: (electron: Standin) => void;
};

/** Runs the main bundle as Electron does: the entry module first, `ready` after it was evaluated. */
export async function launch(
  folder: string,
  openHost: OpenHost | undefined,
  { args = [], locked = false, home, prepare }: LaunchOptions = {},
): Promise<Standin> {
  const run = ++runs;
  if (openHost !== undefined) chooseHost(openHost);
  const electron = (await import(`${standinUrl}?run=${run}`)) as Standin;
  electron.app.locked = locked;
  prepare?.(electron);
  const argv = process.argv;
  process.argv = ['electron', '.', ...args];
  const { BIRTHMARK_HOME } = process.env;
  process.env.BIRTHMARK_HOME = home ?? BIRTHMARK_HOME ?? join(folder, `home-${run}`);
  // Every launch listens to the signals of this process.
  process.setMaxListeners(0);
  try {
    await import(`${pathToFileURL(join(folder, 'electron/main.js')).href}?run=${run}`);
  } finally {
    process.argv = argv;
    if (BIRTHMARK_HOME === undefined) delete process.env.BIRTHMARK_HOME;
    else process.env.BIRTHMARK_HOME = BIRTHMARK_HOME;
  }
  electron.app.becomeReady();
  return electron;
}

/** Waits for something that some turn of the event loop will bring; the test runner's own limit ends it. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
