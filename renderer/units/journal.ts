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
