import { globSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { runCommand } from './command.ts';
import type { Finding } from './reporter.ts';

const suiteLimitMs = 10 * 60_000;
const testLimitMs = 5 * 60_000;
const filesAtOnce = 2;

export type Suite = { name: string; run(): Promise<Findings> };
export type Findings = {
  passed: number;
  failed: { name: string; text: string }[];
  skipped: { name: string; reason: string }[];
};

/** A check that is a program: one test, whose text is what the program says. */
const checkSuite = (name: string, command: string, args: string[]): Suite => ({
  name,
  async run() {
    const { code, text, timedOut } = await runCommand(command, args, { limitMs: suiteLimitMs });
    if (code === 0) return { passed: 1, failed: [], skipped: [] };
    return {
      passed: 0,
      failed: [{ name, text: timedOut ? `${text}\nIt took too long and was ended.` : text }],
      skipped: [],
    };
  },
});

const fileSuite = (root: string, name: string, files: string[]): Suite => ({
  name,
  async run() {
    const found: Findings = { passed: 0, failed: [], skipped: [] };
    const under = new Set<string>();
    const output = new Map<string, string>();
    const hear = (line: string) => {
      const finding = JSON.parse(line) as Finding;
      const file = relative(root, finding.file);
      if (finding.kind === 'output') {
        output.set(file, `${output.get(file) ?? ''}${finding.text}`.slice(-8000));
        return;
      }
      const title = `${file}: ${finding.name}`;
      if (finding.kind === 'begin') under.add(title);
      else if (finding.kind === 'end') under.delete(title);
      else if (finding.kind === 'passed') found.passed++;
      else if (finding.kind === 'skipped') found.skipped.push({ name: title, reason: finding.reason });
      else found.failed.push({ name: title, text: finding.error });
    };
    const reporter = join(import.meta.dirname, 'reporter.ts');
    const flags = [`--test-concurrency=${filesAtOnce}`, `--test-timeout=${testLimitMs}`, `--test-reporter=${reporter}`];
    const ended = await runCommand(process.execPath, ['--test', ...flags, ...files], {
      limitMs: suiteLimitMs,
      onLine: hear,
    });
    if (ended.timedOut) {
      const text = `The suite took longer than ${suiteLimitMs / 60_000} minutes and was ended. Under way:\n${[...under].join('\n')}`;
      found.failed.push({ name, text });
    } else if (ended.code !== 0 && found.failed.length === 0) {
      found.failed.push({ name, text: `node --test ended with ${ended.code}.\n${ended.text}` });
    }
    if (found.passed + found.failed.length + found.skipped.length === 0) {
      found.failed.push({ name, text: 'The suite holds no test.' });
    }
    for (const failure of found.failed) {
      const said = output.get(failure.name.split(': ')[0] ?? '');
      if (said !== undefined) failure.text += `\n--- what the file printed (its end)\n${said.trimEnd()}`;
    }
    return found;
  },
});

/** The slow ones that need the whole station come last, when the quick ones have had their say. */
const last = ['e2e', 'crash'];
const rank = (name: string) => last.indexOf(name);

/** Lint, types, house rules, then each folder of test/ that holds tests. */
export function findSuites(root: string): Suite[] {
  const byFolder = new Map<string, string[]>();
  for (const file of globSync('test/**/*.test.ts', { cwd: root }).sort()) {
    const parts = file.split(sep);
    const name = parts.length > 2 ? (parts[1] ?? '') : 'house';
    byFolder.set(name, [...(byFolder.get(name) ?? []), join(root, file)]);
  }
  const house = byFolder.get('house') ?? [];
  byFolder.delete('house');
  const folders = [...byFolder].sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b));
  const bin = (path: string) => join(root, 'node_modules', path);
  return [
    checkSuite('lint', process.execPath, [bin('@biomejs/biome/bin/biome'), 'check', '.']),
    checkSuite('types', process.execPath, [bin('typescript/bin/tsc'), '-b']),
    fileSuite(root, 'house', house),
    ...folders.map(([name, files]) => fileSuite(root, name, files)),
  ];
}
