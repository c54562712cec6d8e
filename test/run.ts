/** Runs everything, or the suites that are named, and closes with one line: `N passed, N failed, N skipped`. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { joinCoverage } from './runner/coverage.ts';
import { inPool } from './runner/pool.ts';
import { type Findings, findSuites, type Suite } from './runner/suites.ts';

/** One more than a line PC has cores, because a part of the tests' time is waiting for disks, devices and screens. */
const atOnce = 3;
const slowest = 20;

const inCi = Boolean(process.env.CI);
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const say = (text: string) => process.stdout.write(`${text}\n`);
const indent = (text: string) => text.replaceAll(/^/gm, '    ');

/** In CI everything that the tests need is there; only Electron's binary may be out of reach. */
const mayBeSkipped = (reason: string) => !inCi || reason.startsWith('Electron binary');

process.chdir(join(import.meta.dirname, '..'));
// The tests start Node hundreds of times, threads not counted. What one of them has compiled, derived or made, the others
// only load.
const common = mkdtempSync(join(tmpdir(), 'birthmark-run-'));
process.on('exit', () => rmSync(common, { recursive: true, force: true, maxRetries: 3 }));
process.env.NODE_COMPILE_CACHE ||= join(common, 'compiled');
process.env.BIRTHMARK_TEST_DERIVED = join(common, 'derived');
process.env.BIRTHMARK_TEST_STATIONS = join(common, 'stations');
for (const folder of [process.env.BIRTHMARK_TEST_DERIVED, process.env.BIRTHMARK_TEST_STATIONS]) mkdirSync(folder);
const derivations = pathToFileURL(join(import.meta.dirname, 'runner/derivations.mjs'));
process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --import=${derivations}`.trim();
const { values: flags, positionals: named } = parseArgs({
  allowPositionals: true,
  options: {
    slowest: { type: 'boolean', default: false },
    coverage: { type: 'boolean', default: false },
    // A machine of a CI may be shared with others, and a test that fails there for that has to be looked at by a person.
    limit: { type: 'string', default: inCi ? '90' : '30' },
  },
});
const coverageDir = flags.coverage ? join(process.cwd(), 'test/results/coverage') : undefined;
if (coverageDir !== undefined) {
  rmSync(coverageDir, { recursive: true, force: true });
  mkdirSync(coverageDir, { recursive: true });
}
const suites = findSuites(process.cwd(), { testLimitMs: Number(flags.limit) * 1000, coverageDir });
const unknown = named.filter((name) => !suites.some((suite) => suite.name === name));
if (unknown.length > 0) {
  say(`There is no suite ${unknown.join(', ')}. There are: ${suites.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

type Running = { suite: Suite; left: number; ms: number; found: Findings };

const total: Findings = { passed: 0, times: [], failed: [], skipped: [] };
const times: { name: string; ms: number }[] = [];
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
    found: { passed: 0, times: [], failed: [], skipped: [] },
  };
  return suite.jobs.map(({ title, run }) => async () => {
    const since = performance.now();
    const { passed, times: each, failed, skipped } = await run();
    const ms = performance.now() - since;
    times.push({ name: title, ms });
    total.times.push(...each);
    running.ms += ms;
    running.found.passed += passed;
    running.found.failed.push(...failed.map(shown));
    running.found.skipped.push(...skipped);
    running.left--;
    if (running.left === 0) close(running);
  });
});
await inPool(jobs, atOnce);

function sayLongest(what: string, all: readonly { name: string; ms: number }[]): void {
  say(`\nTHE SLOWEST ${slowest} ${what}:`);
  for (const { name, ms } of all.toSorted((a, b) => b.ms - a.ms).slice(0, slowest))
    say(`  ${seconds(ms).padStart(8)}  ${name}`);
}
if (flags.slowest) {
  sayLongest('FILES', times);
  sayLongest('TESTS', total.times);
}
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
