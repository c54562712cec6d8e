/** Runs everything, or the suites that are named, and closes with one line: `N passed, N failed, N skipped`. */
import { mkdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { keepCosts } from './runner/costs.ts';
import { joinCoverage } from './runner/coverage.ts';
import { type Findings, type Job, noFindings } from './runner/files.ts';
import { help, readFlags } from './runner/flags.ts';
import { makeRunFolder } from './runner/memory.ts';
import { inPool } from './runner/pool.ts';
import { findSuites, type Suite } from './runner/suites.ts';

/** Two more than a line PC has cores: with three, its two cores waited an eighth of the time for devices and screens. */
const atOnce = 4;
const slowest = 20;

const inCi = Boolean(process.env.CI);
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const say = (text: string) => process.stdout.write(`${text}\n`);
const indent = (text: string) => text.replaceAll(/^/gm, '    ');

/** In CI everything that the tests need is there; only Electron's binary may be out of reach. */
const mayBeSkipped = (reason: string) => !inCi || reason.startsWith('Electron binary');

function wanted() {
  try {
    const flags = readFlags(process.argv.slice(2), inCi);
    if (flags !== undefined) return flags;
    say(help);
    process.exit(0);
  } catch (error) {
    say(`${(error as Error).message}\n\n${help}`);
    process.exit(2);
  }
}
const { suites: named, ...flags } = wanted();

process.chdir(join(import.meta.dirname, '..'));
// The tests start Node hundreds of times, threads not counted. What one of them has compiled, derived or made, the others
// only load.
const common = makeRunFolder();
process.env.TMPDIR = common;
process.env.NODE_COMPILE_CACHE ||= join(common, 'compiled');
for (const name of ['derived', 'stations', 'windows']) {
  const folder = join(common, name);
  mkdirSync(folder);
  process.env[`BIRTHMARK_TEST_${name.toUpperCase()}`] = folder;
}
const coverageDir = flags.coverage ? join(process.cwd(), 'test/results/coverage') : undefined;
if (coverageDir !== undefined) {
  rmSync(coverageDir, { recursive: true, force: true });
  mkdirSync(coverageDir, { recursive: true });
}
// What is not run from its sources is not covered.
if (named.length === 0 && !flags.coverage) {
  const folder = join(process.cwd(), 'dist/programs');
  const { buildPrograms } = await import('./runner/programs.ts');
  const { NODE_ENV } = process.env;
  await buildPrograms(process.cwd(), folder);
  // Vite leaves `production` there, and every test would inherit it.
  if (NODE_ENV === undefined) delete process.env.NODE_ENV;
  else process.env.NODE_ENV = NODE_ENV;
  process.env.BIRTHMARK_TEST_BUNDLES = folder;
}
const imports = ['derivations', 'bundled'].map((name) => {
  const file = join(import.meta.dirname, `runner/${name}.mjs`);
  return `--import=${pathToFileURL(file)}`;
});
process.env.NODE_OPTIONS = [process.env.NODE_OPTIONS ?? '', ...imports].join(' ').trim();
const suites = findSuites(process.cwd(), { testLimitMs: flags.limitMs, coverageDir });
const unknown = named.filter((name) => !suites.some((suite) => suite.name === name));
if (unknown.length > 0) {
  say(`There is no suite ${unknown.join(', ')}. There are: ${suites.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

type Running = { suite: Suite; left: number; ms: number; found: Findings };

const total = noFindings();
const chosen = suites.filter(({ name }) => named.length === 0 || named.includes(name));
let done = 0;

/** At once: the suite it belongs to may take a while yet. */
function shown(failure: Findings['failed'][number]) {
  say(`\n  FAILED ${failure.name}\n${indent(failure.text.trimEnd())}\n`);
  return failure;
}

function close({ suite, ms, found }: Running): void {
  const { passed, failed, skipped } = found;
  for (const { name, reason } of skipped) {
    if (!mayBeSkipped(reason))
      failed.push(shown({ name, text: `Skipped, which is a failure in CI: ${reason || 'no reason given'}` }));
  }
  const kept = skipped.filter(({ reason }) => mayBeSkipped(reason));
  const notes = [
    `${passed} passed`,
    ...(failed.length > 0 ? [`${failed.length} FAILED`] : []),
    ...(kept.length > 0 ? [`${kept.length} skipped`] : []),
  ];
  done++;
  say(`[${done}/${chosen.length}] ${suite.name} … ${notes.join(', ')} (${seconds(ms)})`);
  total.passed += passed;
  total.failed.push(...failed);
  total.skipped.push(...kept);
}

const jobs = chosen.flatMap((suite) => {
  const running: Running = {
    suite,
    left: suite.jobs.length,
    ms: 0,
    found: noFindings(),
  };
  const runOne = (run: Job['run']) => async () => {
    const since = performance.now();
    const { passed, times, files, failed, skipped } = await run();
    total.times.push(...times);
    total.files.push(...files);
    running.ms += performance.now() - since;
    running.found.passed += passed;
    running.found.failed.push(...failed.map(shown));
    running.found.skipped.push(...skipped);
    running.left--;
    if (running.left === 0) close(running);
  };
  return suite.jobs.map(({ cost, run }) => ({ cost, run: runOne(run) }));
});
// The longest go first, so that no core waits for one of them at the end.
const inOrder = jobs.toSorted((a, b) => b.cost - a.cost).map(({ run }) => run);
await inPool(inOrder, atOnce);

function sayLongest(what: string, all: readonly { name: string; ms: number }[]): void {
  say(`\nTHE SLOWEST ${slowest} ${what}:`);
  for (const { name, ms } of all.toSorted((a, b) => b.ms - a.ms).slice(0, slowest))
    say(`  ${seconds(ms).padStart(8)}  ${name}`);
}
if (flags.slowest) {
  sayLongest('FILES', total.files);
  sayLongest('TESTS', total.times);
}
if (flags.costs) keepCosts(total.files);
if (coverageDir !== undefined) {
  say(`\nCOVERAGE (line by line in ${relative(process.cwd(), join(coverageDir, 'lcov.info'))}):`);
  say(joinCoverage(coverageDir));
}
if (total.skipped.length > 0) say('\nNOT TESTED HERE:');
for (const { name, reason } of total.skipped) say(`  !! ${name}\n     ${reason || 'no reason given'}`);
if (total.failed.length > 0) say('\nFAILED:');
for (const { name } of total.failed) say(`  ${name}`);
say(`\n${total.passed} passed, ${total.failed.length} failed, ${total.skipped.length} skipped`);
process.exit(total.failed.length > 0 ? 1 : 0);
