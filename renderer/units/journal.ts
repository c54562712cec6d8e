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

/** `open`: it is the last attempt, or the last one that did not pass. The others are folded. */
export type Block = { attempt: number; first: boolean; open: boolean; entries: JournalEntry[] };

/** Whether an entry ends its attempt otherwise than by a pass. */
const isBadEnd = (entry: JournalEntry): boolean => isNamed(entry, 'attempt.ended') && entry.data.outcome !== 'PASS';

/**
 * Blocks of consecutive entries of one attempt. Attempt 0 has the entries that belong to none; `first` comes before all
 * of them.
 */
export function blocksOf(entries: readonly JournalEntry[]): Block[] {
  const blocks: Block[] = [];
  for (const entry of entries) {
    const last = blocks.at(-1);
    if (last?.attempt === entry.attempt) last.entries.push(entry);
    else blocks.push({ attempt: entry.attempt, first: blocks.length === 0, open: false, entries: [entry] });
  }
  const last = blocks.findLast(({ attempt }) => attempt !== 0);
  const bad = blocks.findLast((block) => block.attempt !== 0 && block.entries.some(isBadEnd));
  for (const block of [last, bad]) if (block) block.open = true;
  return blocks;
}
