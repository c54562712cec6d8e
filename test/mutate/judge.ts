/** Whether the tests notice a mutation. */
import type { Copy } from './copy.ts';
import type { Mutant } from './mutants.ts';
import type { Near } from './parts.ts';
import { type Reach, reaches } from './reach.ts';
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

/** Tests that run the changed place: the nearest first, of these the quickest. */
export function testsFor(mutant: Mutant, near: readonly Near[], reach: ReadonlyMap<string, Reach>): Reach[] {
  return near
    .flatMap(({ test, steps }) => {
      const known = reach.get(test);
      return known && !known.broken && reaches(known, mutant.file, mutant.start) ? [{ known, steps }] : [];
    })
    .sort((a, b) => a.steps - b.steps || a.known.ms - b.known.ms)
    .map(({ known }) => known);
}

export async function judge(
  copy: Copy,
  { mutant, part, tests, patienceMs }: { mutant: Mutant; part: string; tests: readonly Reach[]; patienceMs: number },
): Promise<Verdict> {
  const original = copy.read(mutant.file);
  const ran: string[] = [];
  copy.write(mutant.file, mutant.text);
  try {
    for (const { test, ms } of tests) {
      const { outcome, by } = await runTests(copy, test, { usualMs: ms, patienceMs });
      ran.push(test);
      if (outcome !== 'passed') return { mutant, part, outcome: outcome === 'hung' ? 'hung' : 'killed', by, ran };
    }
    return { mutant, part, outcome: 'survived', ran };
  } finally {
    copy.write(mutant.file, original);
  }
}
