import { globSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { runCommand } from './command.ts';
import type { Finding } from './reporter.ts';

const checkLimitMs = 10 * 60_000;
/** For what no limit of a test ends: a hook, or a loop that never yields. */
const fileLimitMs = 10 * 60_000;

export type Options = {
  /** Of each test that names no \`timeout\` of its own; also how long a file may go on after its last test. */
  testLimitMs: number;
  /** Folder for one coverage report a file. */
  coverageDir?: string | undefined;
};

/** One process of the pool: a check that is a program, or one file of tests. */
export type Job = { title: string; run(): Promise<Findings> };
export type Suite = { name: string; jobs: Job[] };
export type Findings = {
  passed: number;
  /** The time of each test that passed. A test that encloses others has their times in its own. */
  times: { name: string; ms: number }[];
  failed: { name: string; text: string }[];
  skipped: { name: string; reason: string }[];
};

/** A check that is a program: one test, whose text is what the program says. */
const checkSuite = (name: string, command: string, args: string[]): Suite => ({
  name,
  jobs: [
    {
      title: name,
      async run() {
        const { code, text, timedOut } = await runCommand(command, args, { limitMs: checkLimitMs });
        if (code === 0) return { passed: 1, times: [], failed: [], skipped: [] };
        const said = timedOut ? `${text}\nIt took too long and was ended.` : text;
        return { passed: 0, times: [], failed: [{ name, text: said }], skipped: [] };
      },
    },
  ],
});

/** Hears what a file's process tells; `onIdle` when no test is under way for as long as a test may take. */
function listen(title: string, testLimitMs: number, onIdle: () => void) {
  const found: Findings = { passed: 0, times: [], failed: [], skipped: [] };
  const under = new Set<string>();
  let output = '';
  let idle: NodeJS.Timeout | undefined;
  const hear = (line: string) => {
    const finding = JSON.parse(line) as Finding;
    if (finding.kind === 'output') {
      output = `${output}${finding.text}`.slice(-8000);
      return;
    }
    const name = `${title}: ${finding.name}`;
    // The file is told of as a test that encloses the others.
    if (finding.kind === 'begin' && finding.name !== finding.file) {
      clearTimeout(idle);
      under.add(finding.name);
    }
    if (finding.kind === 'end') {
      clearTimeout(idle);
      under.delete(finding.name);
      if (under.size === 0) idle = setTimeout(onIdle, testLimitMs);
    } else if (finding.kind === 'passed') {
      found.passed++;
      found.times.push({ name, ms: finding.ms });
    } else if (finding.kind === 'skipped') found.skipped.push({ name, reason: finding.reason });
    else if (finding.kind === 'failed') found.failed.push({ name, text: finding.error });
  };
  return { found, under, hear, output: () => output, stop: () => clearTimeout(idle) };
}

const coverageFlags = (folder: string, title: string): string[] => [
  '--experimental-test-coverage',
  ...['app', 'native', 'main', 'renderer'].map((part) => `--test-coverage-include=${part}/**`),
  '--test-reporter=lcov',
  `--test-reporter-destination=${join(folder, `${title.replaceAll(/[^a-z0-9]+/gi, '-')}.info`)}`,
];

/** One file of tests, in a process group of its own. */
const fileJob = (root: string, file: string, { testLimitMs, coverageDir }: Options): Job => {
  const title = relative(root, file);
  return {
    title,
    async run() {
      const late = new AbortController();
      const { found, under, hear, output, stop } = listen(title, testLimitMs, () => late.abort());
      const reporter = join(import.meta.dirname, 'reporter.ts');
      const flags = ['--test-concurrency=1', `--test-timeout=${testLimitMs}`];
      flags.push(`--test-reporter=${reporter}`, '--test-reporter-destination=stdout');
      if (coverageDir !== undefined) flags.push(...coverageFlags(coverageDir, title));
      const ended = await runCommand(process.execPath, ['--test', ...flags, file], {
        limitMs: fileLimitMs,
        onLine: hear,
        signal: late.signal,
      });
      stop();
      if (late.signal.aborted) {
        const text = `Its tests were over, and ${testLimitMs / 1000} s later something still kept it from ending.`;
        found.failed.push({ name: title, text });
      } else if (ended.timedOut) {
        const text = `The file took longer than ${fileLimitMs / 60_000} minutes and was ended. Under way:\n${[...under].join('\n')}`;
        found.failed.push({ name: title, text });
      } else if (ended.code !== 0 && found.failed.length === 0) {
        found.failed.push({ name: title, text: `node --test ended with ${ended.code}.\n${ended.text}` });
      }
      if (found.passed + found.failed.length + found.skipped.length === 0) {
        found.failed.push({ name: title, text: 'The file holds no test.' });
      }
      for (const failure of found.failed)
        if (output() !== '') failure.text += `\n--- what the file printed (its end)\n${output().trimEnd()}`;
      return found;
    },
  };
};

/** A test of screens walks through many of them; what hangs there is ended by the browser's own limit of 10 s for each act. */
const inBrowser = ['renderer', 'e2e', 'kiosk'];

/** The longest go first, so that no core waits for one of them at the end. */
const first = ['renderer', 'line', 'crash', 'cli', 'ca', 'e2e'];
const rank = (name: string) => (first.includes(name) ? first.indexOf(name) : first.length);

/** Lint, types, house rules, then each folder of test/ that holds tests. */
export function findSuites(root: string, options: Options): Suite[] {
  const byFolder = new Map<string, Job[]>();
  for (const file of globSync('test/**/*.test.ts', { cwd: root }).sort()) {
    const parts = file.split(sep);
    const name = parts.length > 2 ? (parts[1] ?? '') : 'house';
    const limits = inBrowser.includes(name) ? { ...options, testLimitMs: 4 * options.testLimitMs } : options;
    byFolder.set(name, [...(byFolder.get(name) ?? []), fileJob(root, join(root, file), limits)]);
  }
  const house = byFolder.get('house') ?? [];
  byFolder.delete('house');
  const folders = [...byFolder].sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b));
  const bin = (path: string) => join(root, 'node_modules', path);
  return [
    checkSuite('lint', process.execPath, [bin('@biomejs/biome/bin/biome'), 'check', '.']),
    checkSuite('types', process.execPath, [bin('typescript/bin/tsc'), '-b']),
    checkSuite('exports', process.execPath, [bin('knip/bin/knip.js'), '--no-progress']),
    { name: 'house', jobs: house },
    ...folders.map(([name, jobs]) => ({ name, jobs })),
  ];
}
