/** Tells the runner what node:test finds: a mark and a JSON value a line, among the lines that the tests print. */
import { inspect } from 'node:util';

// It is loaded into the process of the tests. What a test forks is a program, and would be one more runner of tests
// with the options that the fork takes over.
if (process.execArgv.includes('--test')) process.execArgv = [];

const mark = '\u001e';

/** What a line of the process tells; `undefined` when it is one that a test has printed. */
export const findingIn = (line: string): Finding | undefined =>
  line.startsWith(mark) ? (JSON.parse(line.slice(mark.length)) as Finding) : undefined;

export type Finding =
  | { kind: 'begin'; file: string; name: string }
  | { kind: 'end'; file: string; name: string; ms: number; outermost: boolean }
  | { kind: 'passed'; file: string; name: string; ms: number }
  | { kind: 'failed'; file: string; name: string; error: string }
  | { kind: 'skipped'; file: string; name: string; reason: string };

type FileError = { failureType?: string; exitCode?: number | null; signal?: string | null };

type TestEvent = {
  type: string;
  data: {
    file?: string;
    name?: string;
    nesting?: number;
    skip?: string | boolean;
    todo?: string | boolean;
    message?: string;
    details?: { type?: string; duration_ms?: number; error?: Error & FileError };
  };
};

/** Names of the tests that enclose the one at hand; results of one file come in order. */
const enclosing = new Map<string, string[]>();

function fullName(file: string, name: string, nesting: number): string {
  const names = enclosing.get(file) ?? [];
  return [...names.slice(0, nesting), name].join(' › ');
}

/** How the process of a file ended, where that is its failure. */
const endOf = ({ exitCode, signal }: FileError = {}): string =>
  exitCode == null && signal == null ? '' : `\nThe process ended with ${signal ?? exitCode}.`;

function findingOf({ type, data }: TestEvent): Finding | undefined {
  const { file = '', name = '', nesting = 0, details } = data;
  if (type === 'test:dequeue') return { kind: 'begin', file, name };
  if (type === 'test:complete')
    return { kind: 'end', file, name, ms: details?.duration_ms ?? 0, outermost: nesting === 0 };
  if (type === 'test:start') {
    const names = (enclosing.get(file) ?? []).slice(0, nesting);
    enclosing.set(file, [...names, name]);
    return undefined;
  }
  // The process ends with 1 for it, and no test is said to have failed.
  if (type === 'test:diagnostic' && data.message?.includes('asynchronous activity after the test ended'))
    return { kind: 'failed', file, name: 'after a test had ended', error: data.message };
  if (type !== 'test:pass' && type !== 'test:fail') return undefined;
  const test = { file, name: fullName(file, name, nesting) };
  const skip = data.skip ?? (data.todo === undefined ? undefined : `todo: ${data.todo}`);
  if (skip !== undefined && skip !== false) return { kind: 'skipped', ...test, reason: skip === true ? '' : `${skip}` };
  if (type === 'test:fail') {
    const error = details?.error;
    // A parent of failed tests is not a failure of its own.
    if (error?.failureType === 'subtestsFailed') return undefined;
    return { kind: 'failed', ...test, error: `${inspect(error?.cause ?? error, { depth: 5 })}${endOf(error)}` };
  }
  return details?.type === 'suite' ? undefined : { kind: 'passed', ...test, ms: details?.duration_ms ?? 0 };
}

// biome-ignore lint/style/noDefaultExport: node:test takes a reporter from the default export
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of events) {
    const finding = findingOf(event);
    if (finding !== undefined) yield `\n${mark}${JSON.stringify(finding)}\n`;
  }
}
