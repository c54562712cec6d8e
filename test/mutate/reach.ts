/** Which parts of which sources a file of tests runs, by V8's own coverage, child processes and threads included. */
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Copy } from './copy.ts';
import { runTests } from './running.ts';

/** From, to: UTF-16 code units of the source, the end not included. */
export type Range = readonly [number, number];

export type Reach = {
  test: string;
  /** How long it takes when nothing is changed. */
  ms: number;
  /** Why it cannot judge a mutation: it fails without one. */
  broken?: string;
  /** Each source it loads, with the digest of its text and what ran of it. */
  files: Record<string, { digest: string; ran: Range[] }>;
};

type V8Range = { startOffset: number; endOffset: number; count: number };
type V8Script = { url: string; functions: { ranges: V8Range[] }[] };

/** Ranges nest: what stands innermost says whether a place ran. */
export function ranIn({ functions }: Pick<V8Script, 'functions'>): Range[] {
  const ranges = functions.flatMap(({ ranges }) => ranges);
  ranges.sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  const ran: Range[] = [];
  const open: V8Range[] = [];
  let at = 0;
  const upTo = (offset: number) => {
    if (offset > at && (open.at(-1)?.count ?? 0) > 0) ran.push([at, offset]);
    at = Math.max(at, offset);
  };
  const close = (before: number) => {
    for (let last = open.at(-1); last !== undefined && last.endOffset <= before; last = open.at(-1)) {
      upTo(last.endOffset);
      open.pop();
    }
  };
  for (const range of ranges) {
    close(range.startOffset);
    upTo(range.startOffset);
    open.push(range);
  }
  close(Number.POSITIVE_INFINITY);
  return ran;
}

/** Ranges of several processes as one list without overlaps. */
export function joined(ranges: readonly Range[]): Range[] {
  const whole: [number, number][] = [];
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = whole.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else whole.push([from, to]);
  }
  return whole;
}

export const runs = ({ files }: Reach, file: string, offset: number): boolean =>
  files[file]?.ran.some(([from, to]) => from <= offset && offset < to) ?? false;

const digestOf = (text: string) => createHash('sha256').update(text).digest('hex');

function readCoverage(copy: Copy, folder: string): Reach['files'] {
  const found = new Map<string, Range[]>();
  for (const name of globSync('*.json', { cwd: folder })) {
    const { result } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { result: V8Script[] };
    for (const script of result) {
      if (!script.url.startsWith('file:')) continue;
      const file = relative(copy.root, fileURLToPath(script.url)).split(sep).join('/');
      if (file.startsWith('..') || file.startsWith('node_modules/')) continue;
      found.set(file, [...(found.get(file) ?? []), ...ranIn(script)]);
    }
  }
  return Object.fromEntries(
    [...found].map(([file, ranges]) => [file, { digest: digestOf(copy.read(file)), ran: joined(ranges) }]),
  );
}

async function measure(copy: Copy, test: string): Promise<Reach> {
  const folder = mkdtempSync(join(copy.temporary, 'coverage-'));
  // Functions from the compile cache are counted less exactly.
  const env = { NODE_V8_COVERAGE: folder, NODE_DISABLE_COMPILE_CACHE: '1' };
  let run = await runTests(copy, test, { usualMs: 120_000, patienceMs: 30_000, env });
  if (run.outcome !== 'passed') run = await runTests(copy, test, { usualMs: 120_000, patienceMs: 30_000, env });
  const files = readCoverage(copy, folder);
  rmSync(folder, { recursive: true, force: true });
  return { test, ms: run.ms, files, ...(run.outcome === 'passed' ? {} : { broken: run.by }) };
}

const isFresh = (copy: Copy, { files }: Reach) =>
  Object.entries(files).every(
    ([file, { digest }]) => existsSync(join(copy.root, file)) && digestOf(copy.read(file)) === digest,
  );

export type Reaches = {
  /** What was measured so far, by now or earlier. */
  known: ReadonlyMap<string, Reach>;
  /** Runs the tests once as they are, in a copy without a mutation, unless they are known. */
  of(test: string, copy: Copy): Promise<Reach>;
};

/** Keeps in a folder what is known of tests, as long as no source they load has changed. */
export function reachesIn(cache: string, copy: Copy, tests: readonly string[], onMeasured: (reach: Reach) => void) {
  mkdirSync(cache, { recursive: true });
  const fileOf = (test: string) => join(cache, `${test.replaceAll('/', '+')}-${process.version}.json`);
  const known = new Map<string, Reach>();
  for (const test of tests.filter((test) => existsSync(fileOf(test)))) {
    const kept = JSON.parse(readFileSync(fileOf(test), 'utf8')) as Reach;
    if (isFresh(copy, kept)) known.set(test, kept);
  }
  const measureOnce = async (test: string, copy: Copy) => {
    const reach = await measure(copy, test);
    if (reach.broken === undefined) writeFileSync(fileOf(test), JSON.stringify(reach));
    known.set(test, reach);
    onMeasured(reach);
    return reach;
  };
  const asked = new Map<string, Promise<Reach>>();
  const of = async (test: string, copy: Copy) => {
    const answer = known.get(test) ?? asked.get(test) ?? measureOnce(test, copy);
    if (answer instanceof Promise) asked.set(test, answer);
    return answer;
  };
  return { known, of } satisfies Reaches;
}
