/** The jobs of a suite: files of tests, many of them in one process, so that the sources are loaded once for all. */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { runCommand } from './command.ts';
import { costOf } from './costs.ts';
import { type Finding, findingIn } from './reporter.ts';

/**
 * For what no limit of a test ends: a hook, or a loop that never yields. A process with much to do has longer: on a machine that is
 * five times as slow as the one whose seconds `costs.json` has, its tests come to an end.
 */
const limitOf = (cost: number) => 10 * 60_000 + 5 * 1000 * cost;

export type Options = {
  /** Of each test that names no `timeout` of its own; also how long a process may go on after its last test. */
  testLimitMs: number;
  /** Folder for one coverage report a process. */
  coverageDir?: string | undefined;
};

export type Findings = {
  passed: number;
  /** The time of each test that passed. A test that encloses others has their times in its own. */
  times: { name: string; ms: number }[];
  /** What the outermost tests of each file took. */
  files: { name: string; ms: number }[];
  failed: { name: string; text: string }[];
  skipped: { name: string; reason: string }[];
};

export const noFindings = (): Findings => ({ passed: 0, times: [], files: [], failed: [], skipped: [] });

/** One process of the pool: a check that is a program, or files of tests. */
export type Job = { title: string; cost: number; run(): Promise<Findings> };

/**
 * A process that has more to do would be what the others wait for at the end. One with less would be one more that loads
 * the sources: for a second of the processor's time.
 */
const mostCost = 48;
/**
 * Each process of screens starts a browser and loads the screens, which takes three seconds of the processor's time. They
 * begin first, so that none of them is waited for at the end.
 */
const mostCostOfScreens = 200;
const mostFiles = 48;

/**
 * What changes the process in which others would run. A hook outside of every `describe` is one of all tests of the
 * process: what a file makes before them and clears away after them is its own, what it does at each of them is not. What
 * no pattern can tell, the file says itself: `// By itself: ` and the reason.
 */
const byItself = [
  /^\/\/ By itself: /m,
  /^(beforeEach|afterEach)\(/m,
  /process\.(chdir|exit|memoryUsage|on|once|umask)\b/,
  /process\.env\.\w+ *(\?\?|\|\|)?= |process\.env\[[^\]]+\] *= |delete process\.env|Object\.assign\(process\.env/,
  /syncBuiltinESMExports|registerHooks|diagnostics_channel/,
  // Stations of tests share a CA, and a process signs each number of its CRLs once: one that waits for a CRL gets none
  // when another file, whatever it does, had that number made.
  /'crl\.(make|status)'|crlJobs\.(idle|make)|\bcrlPem\b|'ca', '(crl|revoke)'/,
];

/** Of other files nothing would tell their tests from those of the file before: they are written in a module. */
const ownTests = /\b(test|describe)(\.\w+)?\(/;

/** The files of each process: in their order, by what they are known to take. */
export function sharedOut(root: string, files: readonly string[], screens = false): string[][] {
  const most = screens ? mostCostOfScreens : mostCost;
  const parts: string[][] = [];
  let open: string[] = [];
  let cost = 0;
  for (const file of files) {
    const mine = costOf(file);
    const text = readFileSync(join(root, file), 'utf8');
    if (mine >= most || byItself.some((pattern) => pattern.test(text)) || !ownTests.test(text)) {
      parts.push([file]);
      continue;
    }
    if (cost + mine > most || open.length >= mostFiles || open.length === 0) {
      open = [];
      cost = 0;
      parts.push(open);
    }
    open.push(file);
    cost += mine;
  }
  return parts;
}

/** Hears what a process tells; `onIdle` when no test is under way for as long as a test may take. */
function listen(root: string, files: readonly string[], testLimitMs: number, onIdle: () => void) {
  const found = noFindings();
  const under = new Set<string>();
  const msOf = new Map(files.map((file) => [file, 0]));
  const heardOf = new Set<string>();
  let output = '';
  let idle: NodeJS.Timeout | undefined;
  /** A test that is written in a module of its own is one of the file before it. */
  let last = files[0] ?? '';
  const take = (finding: Finding) => {
    const file = relative(root, finding.file);
    if (msOf.has(file)) last = file;
    heardOf.add(last);
    const name = `${last}: ${finding.name}`;
    const isFile = finding.name === finding.file;
    if (finding.kind === 'begin') {
      clearTimeout(idle);
      under.add(name);
    } else if (finding.kind === 'end') {
      clearTimeout(idle);
      under.delete(name);
      if (finding.outermost) msOf.set(last, (msOf.get(last) ?? 0) + finding.ms);
      // Between two files nothing is told while the next one's first test leaves no moment for it.
      if (under.size === 0 && heardOf.size === files.length) idle = setTimeout(onIdle, testLimitMs);
    } else if (finding.kind === 'passed') {
      if (isFile) found.failed.push({ name: last, text: 'The file holds no test.' });
      else {
        found.passed++;
        found.times.push({ name, ms: finding.ms });
      }
    } else if (finding.kind === 'skipped') found.skipped.push({ name, reason: finding.reason });
    else if (finding.kind === 'failed') found.failed.push({ name: isFile ? last : name, text: finding.error });
  };
  const hear = (line: string) => {
    const finding = findingIn(line);
    if (finding !== undefined) take(finding);
    else if (line !== '') output = `${output}${line}\n`.slice(-8000);
  };
  return { found, under, msOf, heardOf, hear, output: () => output, stop: () => clearTimeout(idle) };
}

/** `process.ts` measures no coverage; node:test does. */
const coverageFlags = (folder: string, title: string): string[] => [
  ...['--test', '--test-isolation=none', '--test-concurrency=1', '--experimental-test-coverage'],
  `--test-reporter=${join(import.meta.dirname, 'reporter.ts')}`,
  '--test-reporter-destination=stdout',
  ...['app', 'native', 'main', 'renderer'].map((part) => `--test-coverage-include=${part}/**`),
  '--test-reporter=lcov',
  `--test-reporter-destination=${join(folder, `${title.replaceAll(/[^a-z0-9]+/gi, '-')}.info`)}`,
];

/** Files of tests that share a process, in a process group of its own. */
export const filesJob = (root: string, files: readonly string[], { testLimitMs, coverageDir }: Options): Job => {
  const [first = ''] = files;
  const title = files.length === 1 ? first : `${first} and ${files.length - 1} more`;
  const cost = files.reduce((sum, file) => sum + costOf(file), 0);
  return {
    title,
    cost,
    async run() {
      const late = new AbortController();
      const { found, under, msOf, heardOf, hear, output, stop } = listen(root, files, testLimitMs, () => late.abort());
      const program = join(import.meta.dirname, 'process.ts');
      const paths = files.map((file) => join(root, file));
      const since = performance.now();
      const args = coverageDir === undefined ? [program] : coverageFlags(coverageDir, title);
      const ended = await runCommand(process.execPath, [`--test-timeout=${testLimitMs}`, ...args, ...paths], {
        limitMs: limitOf(cost),
        onLine: hear,
        signal: late.signal,
      });
      stop();
      const ms = performance.now() - since;
      found.files = files.length === 1 ? [{ name: first, ms }] : [...msOf].map(([name, own]) => ({ name, ms: own }));
      const who =
        files.length === 1 ? '' : `\nOne of these files did it, in a process that they share:\n${files.join('\n')}`;
      const fail = (text: string) => found.failed.push({ name: title, text: `${text}${who}` });
      const printed = ended.text === '' ? '' : `\n${ended.text.slice(-8000)}`;
      if (late.signal.aborted)
        fail(`Its tests were over, and ${testLimitMs / 1000} s later something still kept it from ending.`);
      else if (ended.timedOut) {
        const minutes = Math.round(limitOf(cost) / 60_000);
        fail(`It took longer than ${minutes} minutes and was ended. Under way:\n${[...under].join('\n')}`);
      } else if (ended.code !== 0 && found.failed.length === 0) fail(`node --test ended with ${ended.code}.${printed}`);
      for (const file of found.failed.length === 0 ? files : [])
        if (!heardOf.has(file))
          found.failed.push({ name: file, text: 'The process ended before the tests of this file.' });
      for (const failure of found.failed)
        if (output() !== '') failure.text += `\n--- what the process printed (its end)\n${output().trimEnd()}`;
      return found;
    },
  };
};
