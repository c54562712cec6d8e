/** Compares two texts by lines: common lines, lines of the old text, lines of the new text. Pure. */
import { diffArrays } from 'diff';

export type DiffLine = { kind: 'same' | 'gone' | 'new'; text: string };

/** Texts that differ in more lines have little in common, and the comparison would take seconds. */
const mostChanges = 1000;

const linesOf = (text: string): string[] => text.trimEnd().split('\n');

export function diffOf(before: string, after: string): DiffLine[] {
  const [old, fresh] = [linesOf(before), linesOf(after)];
  const changes = diffArrays(old, fresh, { maxEditLength: mostChanges }) ?? [
    { removed: true, added: false, value: old },
    { removed: false, added: true, value: fresh },
  ];
  return changes.flatMap(({ removed, added, value }) =>
    value.map((text) => ({ kind: removed ? 'gone' : added ? 'new' : 'same', text }) as const),
  );
}

/**
 * The interesting part of a comparison: changed lines with `around` lines beside them. Other lines are only counted.
 */
export function hunksOf(lines: readonly DiffLine[], around = 2): (DiffLine | { kind: 'skipped'; count: number })[] {
  const near = (index: number) =>
    lines.slice(Math.max(0, index - around), index + around + 1).some(({ kind }) => kind !== 'same');
  const shown: (DiffLine | { kind: 'skipped'; count: number })[] = [];
  for (const [index, line] of lines.entries()) {
    const last = shown.at(-1);
    if (near(index)) shown.push(line);
    else if (last?.kind === 'skipped') last.count += 1;
    else shown.push({ kind: 'skipped', count: 1 });
  }
  return shown;
}

export const isChanged = (lines: readonly DiffLine[]): boolean => lines.some(({ kind }) => kind !== 'same');
