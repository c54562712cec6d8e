import { isNamed, type JournalEntry, type StepName, stepNames } from '../../app/contract/index.ts';

export const isStepName = (name: string): name is StepName => (stepNames as readonly string[]).includes(name);

/** The duration of each step of the last attempt, in their order. */
export function lastStepTimes(journal: readonly JournalEntry[]): { step: StepName; ms: number }[] {
  const ends = journal.filter((entry) => isNamed(entry, 'step.done') && entry.ms !== null);
  const attempt = ends.at(-1)?.attempt;
  return ends.flatMap(({ attempt: mine, step, ms }) =>
    mine === attempt && step !== null && ms !== null && isStepName(step) ? [{ step, ms }] : [],
  );
}

/**
 * Blocks of consecutive entries of one attempt. Attempt 0 has the entries that belong to none; `first` comes before all
 * of them.
 */
export function blocksOf(
  entries: readonly JournalEntry[],
): { attempt: number; first: boolean; entries: JournalEntry[] }[] {
  const blocks: { attempt: number; first: boolean; entries: JournalEntry[] }[] = [];
  for (const entry of entries) {
    const last = blocks.at(-1);
    if (last?.attempt === entry.attempt) last.entries.push(entry);
    else blocks.push({ attempt: entry.attempt, first: blocks.length === 0, entries: [entry] });
  }
  return blocks;
}
