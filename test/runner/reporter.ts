/** Tells the runner what node:test finds, a JSON value a line. */
import { inspect } from 'node:util';

export type Finding =
  | { kind: 'begin'; file: string; name: string }
  | { kind: 'end'; file: string; name: string }
  | { kind: 'passed'; file: string; name: string; ms: number }
  | { kind: 'failed'; file: string; name: string; error: string }
  | { kind: 'skipped'; file: string; name: string; reason: string }
  | { kind: 'output'; file: string; text: string };

type FileError = { failureType?: string; exitCode?: number | null; signal?: string | null };

type TestEvent = {
  type: string;
  data: {
    file?: string;
    name?: string;
    nesting?: number;
    message?: string;
    skip?: string | boolean;
    todo?: string | boolean;
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
  if (type === 'test:complete') return { kind: 'end', file, name };
  if (type === 'test:stdout' || type === 'test:stderr') return { kind: 'output', file, text: data.message ?? '' };
  if (type === 'test:start') {
    const names = (enclosing.get(file) ?? []).slice(0, nesting);
    enclosing.set(file, [...names, name]);
    return undefined;
  }
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
    if (finding !== undefined) yield `${JSON.stringify(finding)}\n`;
  }
}
