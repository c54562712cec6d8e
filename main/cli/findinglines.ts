import type { CheckFinding, CheckReport } from '../../app/contract/findings.ts';

/** The report of a check as lines that editors and terminals can jump from. */
export const findingsOf = ({ problems, warnings }: CheckReport, file: string): string[] => {
  const line = (kind: string) => (one: CheckFinding) =>
    `${file}:${one.line ?? 1}:${one.column ?? 1}: ${kind}: ${one.message}${one.path && ` (${one.path})`}`;
  const all = [...problems.map(line('problem')), ...warnings.map(line('warning'))];
  return all.length === 0 ? [`${file}: ok`] : all;
};
