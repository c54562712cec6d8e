/** Whether the tests notice a mutation. */
import type { Copy } from './copy.ts';
import type { Mutant } from './mutants.ts';
import type { Near } from './parts.ts';
import { type Reaches, runs } from './reach.ts';
import { runTests } from './running.ts';

export type Verdict = {
  mutant: Mutant;
  part: string;
  outcome: 'killed' | 'hung' | 'survived';
  /** The test that noticed. */
  by?: string;
  /** Tests that ran; none when no test reaches the place. */
  ran: string[];
};

type Judges = { near: readonly Near[]; reaches: Reaches; patienceMs: number };

/** The nearest first, of these the namesakes, then the quickest; one that is not known yet after those that are. */
function inOrder(near: readonly Near[], { known }: Reaches): Near[] {
  const msOf = ({ test }: Near) => known.get(test)?.ms ?? Number.MAX_VALUE;
  const classOf = ({ steps }: Near) => Math.min(steps, 3);
  return near.toSorted(
    (a, b) =>
      classOf(a) - classOf(b) || Number(b.isNamesake) - Number(a.isNamesake) || msOf(a) - msOf(b) || a.steps - b.steps,
  );
}

/**
 * Runs the tests that run the changed place, one after the other until one notices.
 * A test that is not known yet is measured on the way: most mutations are noticed before the far ones are needed.
 */
export async function judge(
  copy: Copy,
  { mutant, part, near, reaches, patienceMs }: Pick<Verdict, 'mutant' | 'part'> & Judges,
): Promise<Verdict> {
  const original = copy.read(mutant.file);
  const ran: string[] = [];
  for (const { test } of inOrder(near, reaches)) {
    const reach = await reaches.of(test, copy);
    if (reach.broken || !runs(reach, mutant.file, mutant.start)) continue;
    copy.write(mutant.file, mutant.text);
    const { outcome, by } = await runTests(copy, test, { usualMs: reach.ms, patienceMs });
    copy.write(mutant.file, original);
    ran.push(test);
    if (outcome !== 'passed') return { mutant, part, outcome: outcome === 'hung' ? 'hung' : 'killed', by, ran };
  }
  return { mutant, part, outcome: 'survived', ran };
}
