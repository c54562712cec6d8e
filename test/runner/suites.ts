import { globSync } from 'node:fs';
import { join, sep } from 'node:path';
import { runCommand } from './command.ts';
import { costOf } from './costs.ts';
import { filesJob, type Job, noFindings, type Options, sharedOut } from './files.ts';

const checkLimitMs = 10 * 60_000;

export type Suite = { name: string; jobs: Job[] };

/** A check that is a program: one test, whose text is what the program says. */
const checkSuite = (name: string, command: string, args: string[]): Suite => ({
  name,
  jobs: [
    {
      title: name,
      cost: costOf(name),
      async run() {
        const since = performance.now();
        const { code, text, timedOut } = await runCommand(command, args, { limitMs: checkLimitMs });
        const files = [{ name, ms: performance.now() - since }];
        if (code === 0) return { ...noFindings(), files, passed: 1 };
        const said = timedOut ? `${text}\nIt took too long and was ended.` : text;
        return { ...noFindings(), files, failed: [{ name, text: said }] };
      },
    },
  ],
});

/** A test of screens walks through many of them; what hangs there is ended by the browser's own limit of 10 s for each act. */
const inBrowser = ['renderer', 'e2e', 'kiosk'];

/** In these each file has a process of its own: they start programs, devices and browsers, and some count what is open. */
const eachAlone = ['e2e', 'house', 'dev', 'electron', 'mutate', 'pack', 'setup'];
/** Lint, types, house rules, then each folder of test/ that holds tests. */
export function findSuites(root: string, options: Options): Suite[] {
  const byFolder = new Map<string, string[]>();
  for (const file of globSync('test/**/*.test.ts', { cwd: root }).sort()) {
    const parts = file.split(sep);
    const name = parts.length > 2 ? (parts[1] ?? '') : 'house';
    byFolder.set(name, [...(byFolder.get(name) ?? []), file]);
  }
  const suiteOf = (name: string): Suite => {
    const limits = inBrowser.includes(name) ? { ...options, testLimitMs: 4 * options.testLimitMs } : options;
    const files = byFolder.get(name) ?? [];
    const parts = eachAlone.includes(name) ? files.map((file) => [file]) : sharedOut(root, files, name === 'renderer');
    return { name, jobs: parts.map((part) => filesJob(root, part, limits)) };
  };
  const folders = [...byFolder.keys()].filter((name) => name !== 'house').sort();
  const bin = (path: string) => join(root, 'node_modules', path);
  return [
    checkSuite('lint', process.execPath, [bin('@biomejs/biome/bin/biome'), 'check', '.']),
    // More checkers would each make the types of the same libraries: with one, it takes a third of the processor's time.
    checkSuite('types', process.execPath, [bin('typescript/bin/tsc'), '-b', '--checkers', '1', '--builders', '2']),
    checkSuite('exports', process.execPath, [bin('knip/bin/knip.js'), '--no-progress']),
    ...['house', ...folders].map(suiteOf),
  ];
}
