/** Runs everything, or the suites that are named, and closes with one line: `N passed, N failed, N skipped`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Findings, findSuites } from './runner/suites.ts';

const inCi = Boolean(process.env.CI);
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const say = (text: string) => process.stdout.write(`${text}\n`);
const indent = (text: string) => text.replaceAll(/^/gm, '    ');

/** In CI everything that the tests need is there; only Electron's binary may be out of reach. */
const mayBeSkipped = (reason: string) => !inCi || reason.startsWith('Electron binary');

process.chdir(join(import.meta.dirname, '..'));
// The tests start Node hundreds of times, threads not counted; what one of them compiled the others only load.
if (!process.env.NODE_COMPILE_CACHE) {
  const compiled = mkdtempSync(join(tmpdir(), 'birthmark-compiled-'));
  process.env.NODE_COMPILE_CACHE = compiled;
  process.on('exit', () => rmSync(compiled, { recursive: true, force: true, maxRetries: 3 }));
}
const named = process.argv.slice(2);
const suites = findSuites(process.cwd());
const unknown = named.filter((name) => !suites.some((suite) => suite.name === name));
if (unknown.length > 0) {
  say(`There is no suite ${unknown.join(', ')}. There are: ${suites.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

const total: Findings = { passed: 0, failed: [], skipped: [] };
const chosen = suites.filter(({ name }) => named.length === 0 || named.includes(name));
for (const [index, suite] of chosen.entries()) {
  process.stdout.write(`[${index + 1}/${chosen.length}] ${suite.name} … `);
  const since = performance.now();
  const { passed, failed, skipped } = await suite.run();
  for (const { name, reason } of skipped) {
    if (!mayBeSkipped(reason))
      failed.push({ name, text: `Skipped, which is a failure in CI: ${reason || 'no reason given'}` });
  }
  const kept = skipped.filter(({ reason }) => mayBeSkipped(reason));
  const notes = [
    `${passed} passed`,
    ...(failed.length > 0 ? [`${failed.length} FAILED`] : []),
    ...(kept.length > 0 ? [`${kept.length} skipped`] : []),
  ];
  say(`${notes.join(', ')} (${seconds(performance.now() - since)})`);
  for (const { name, text } of failed) say(`\n  FAILED ${name}\n${indent(text.trimEnd())}\n`);
  total.passed += passed;
  total.failed.push(...failed);
  total.skipped.push(...kept);
}

if (total.skipped.length > 0) say('\nNOT TESTED HERE:');
for (const { name, reason } of total.skipped) say(`  !! ${name}\n     ${reason || 'no reason given'}`);
if (total.failed.length > 0) say('\nFAILED:');
for (const { name } of total.failed) say(`  ${name}`);
say(`\n${total.passed} passed, ${total.failed.length} failed, ${total.skipped.length} skipped`);
process.exit(total.failed.length > 0 ? 1 : 0);
