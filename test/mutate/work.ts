/** Draws the mutations, finds out which tests reach them, and asks those tests. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inPool } from '../runner/pool.ts';
import { type Copy, makeCopies } from './copy.ts';
import { type Equivalent, reasonFor } from './equivalent.ts';
import { judge, type Verdict } from './judge.ts';
import { draw, type Mutant, mutantsOf } from './mutants.ts';
import { filesOf, nearness, type Part } from './parts.ts';
import { reachesIn } from './reach.ts';
import type { Result } from './report.ts';

export type Order = {
  root: string;
  parts: Record<string, Part>;
  /** So many of each part. */
  count: number;
  seed: number;
  /** In percent. */
  floor: number;
  /** `FILE` or `FILE:LINE`: every mutation there, instead of a draw. */
  at?: string;
  equivalents: readonly Equivalent[];
  /** Side by side, a copy each. */
  atOnce: number;
  /** How long a test may hang; 30 s when it is not given. */
  patienceMs?: number;
  say(line: string): void;
};

type Chosen = { part: string; mutant: Mutant };

const isAt = ({ file, line }: Mutant, at: string) => at === file || at === `${file}:${line}`;

/** What is to be tried, in the order of the draw. */
export function choose({
  root,
  parts,
  count,
  seed,
  at,
}: Pick<Order, 'root' | 'parts' | 'count' | 'seed' | 'at'>): Chosen[] {
  const read = (file: string) => readFileSync(join(root, file), 'utf8');
  return Object.entries(parts).flatMap(([name, part]) => {
    const all = filesOf(root, part).flatMap((file) => mutantsOf(file, read(file)));
    const drawn = at === undefined ? draw(all, count, seed) : all.filter((mutant) => isAt(mutant, at));
    return drawn.map((mutant) => ({ part: name, mutant }));
  });
}

/** Runs the jobs, each with a copy that no other job has at the time. */
async function withCopies(copies: readonly Copy[], jobs: readonly ((copy: Copy) => Promise<void>)[]): Promise<void> {
  const free = [...copies];
  const withOne = (job: (copy: Copy) => Promise<void>) => async () => {
    const copy = free.pop();
    if (copy === undefined) throw new Error('more jobs at once than copies');
    await job(copy);
    free.push(copy);
  };
  await inPool(jobs.map(withOne), copies.length);
}

export async function mutate(order: Order): Promise<Result> {
  const { root, parts, seed, floor, patienceMs = 30_000, say } = order;
  const copies = makeCopies(root, order.atOnce);
  const first = copies[0]!;
  const chosen = choose(order);
  const sorted = chosen.map((one) => ({ ...one, reason: reasonFor(one.mutant, order.equivalents) }));
  const equivalents = sorted.flatMap(({ reason, ...one }) => (reason === undefined ? [] : [{ ...one, reason }]));
  const near = nearness(first.root);
  const tried = sorted
    .filter(({ reason }) => reason === undefined)
    .map(({ mutant, part }) => ({ mutant, part, near: near(mutant.file, parts[part]!) }));
  const tests = [...new Set(tried.flatMap(({ near }) => near.map(({ test }) => test)))];
  say(`${tried.length} mutations, seed ${seed}; ${tests.length} files of tests may notice them`);
  const broken: string[] = [];
  const cache = join(root, 'node_modules/.cache/mutate');
  const reaches = reachesIn(cache, first, tests, (reach) => {
    if (reach.broken !== undefined) broken.push(reach.broken);
    say(`${reach.test} ${reach.broken === undefined ? 'passes' : 'FAILS'} as it is`);
  });
  const verdicts: Verdict[] = [];
  const jobs = tried.map(({ mutant, part, near }, at) => async (copy: Copy) => {
    const verdict = await judge(copy, { mutant, part, near, reaches, patienceMs });
    verdicts[at] = verdict;
    const by = verdict.by === undefined ? '' : ` by ${verdict.by}`;
    say(
      `[${Object.keys(verdicts).length}/${tried.length}] ${verdict.outcome}: ${mutant.file}:${mutant.line} ${mutant.kind}${by}`,
    );
  });
  await withCopies(copies, jobs);
  return { seed, floor, verdicts, equivalents, broken };
}
