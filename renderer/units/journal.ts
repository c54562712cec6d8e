import { type JournalEntry, type StepName, stepNames } from '../../app/contract/index.ts';

export const isStepName = (name: string): name is StepName => (stepNames as readonly string[]).includes(name);

/** Leaves out the start of a step whose end is in the journal too: the end says how long it took. */
export function readable(journal: readonly JournalEntry[]): JournalEntry[] {
  const ended = new Set(
    journal
      .filter((entry) => entry.entry === 'step.done' || entry.entry === 'step.failed')
      .map((entry) => `${entry.attempt} ${entry.step}`),
  );
  return journal.filter((entry) => entry.entry !== 'step.started' || !ended.has(`${entry.attempt} ${entry.step}`));
}

/** How long each step of the last attempt took, in the order they happened. */
export function lastStepTimes(journal: readonly JournalEntry[]): { step: StepName; ms: number }[] {
  const ends = journal.filter((entry) => entry.entry === 'step.done' && entry.ms !== null);
  const attempt = ends.at(-1)?.attempt;
  return ends.flatMap(({ attempt: mine, step, ms }) =>
    mine === attempt && step !== null && ms !== null && isStepName(step) ? [{ step, ms }] : [],
  );
}

/** Entries of one attempt that follow each other; attempt 0 is what belongs to none, `first` before all of them. */
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
