/** Lines of two texts: what both have, what only the old one has, what only the new one has. Pure. */

export type DiffLine = { kind: 'same' | 'gone' | 'new'; text: string };

/** By the longest common subsequence of lines; recipes have some dozens. */
export function diffOf(before: string, after: string): DiffLine[] {
  const old = before.trimEnd().split('\n');
  const fresh = after.trimEnd().split('\n');
  // common[i][j]: length of the longest common subsequence of old from i on and fresh from j on
  const common = Array.from({ length: old.length + 1 }, () => new Uint16Array(fresh.length + 1));
  const at = (i: number, j: number) => common[i]?.[j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = fresh.length - 1; j >= 0; j--) {
      const row = common[i];
      if (row) row[j] = old[i] === fresh[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < fresh.length) {
    const [gone, come] = [old[i], fresh[j]];
    if (gone !== undefined && gone === come) {
      lines.push({ kind: 'same', text: gone });
      i++;
      j++;
    } else if (gone !== undefined && (come === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ kind: 'gone', text: gone });
      i++;
    } else if (come !== undefined) {
      lines.push({ kind: 'new', text: come });
      j++;
    }
  }
  return lines;
}

/** What is worth reading of it: lines that changed with `around` others beside them; a run that did not is only counted. */
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
