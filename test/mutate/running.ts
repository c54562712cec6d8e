/** One file of tests in a copy, until its first failure. */
import { join } from 'node:path';
import { runCommand } from '../runner/command.ts';
import { findingIn } from '../runner/reporter.ts';
import type { Copy } from './copy.ts';

export type Run = {
  outcome: 'passed' | 'failed' | 'hung';
  /** The test that failed, or what the process said. */
  by: string;
  ms: number;
};

export type RunOptions = {
  /** How long the file takes when nothing is changed. */
  usualMs: number;
  /** A test that hangs ends after this, and the time that its whole file usually takes. */
  patienceMs: number;
  env?: NodeJS.ProcessEnv;
};

export async function runTests(copy: Copy, test: string, { usualMs, patienceMs, env }: RunOptions): Promise<Run> {
  const stop = new AbortController();
  const testLimitMs = Math.round(patienceMs + usualMs);
  const limitMs = patienceMs + 4 * usualMs;
  let failed: string | undefined;
  let passed = 0;
  const hear = (line: string) => {
    const finding = findingIn(line);
    if (finding?.kind === 'passed') passed++;
    if (finding?.kind !== 'failed' || failed !== undefined) return;
    failed = `${test}: ${finding.name}`;
    stop.abort();
  };
  const { NODE_TEST_CONTEXT: _context, ...outer } = process.env;
  const reporter = join(import.meta.dirname, '../runner/reporter.ts');
  const flags = ['--test', '--test-isolation=none', `--test-timeout=${testLimitMs}`, `--test-reporter=${reporter}`];
  const since = performance.now();
  const ended = await runCommand(process.execPath, [...flags, test], {
    cwd: copy.root,
    env: { ...outer, TMPDIR: copy.temporary, ...env },
    limitMs,
    onLine: hear,
    signal: stop.signal,
  });
  const ms = performance.now() - since;
  if (failed !== undefined) return { outcome: 'failed', by: failed, ms };
  if (ended.timedOut) return { outcome: 'hung', by: `${test}: took longer than ${Math.round(limitMs / 1000)} s`, ms };
  if (ended.code !== 0) return { outcome: 'failed', by: `${test}: ${ended.text.trim().split('\n').at(-1)}`, ms };
  if (passed === 0) return { outcome: 'failed', by: `${test}: holds no test`, ms };
  return { outcome: 'passed', by: '', ms };
}
