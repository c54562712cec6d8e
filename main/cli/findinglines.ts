import type { CheckFinding } from '../../app/contract/findings.ts';

type Printed = Pick<CheckFinding, 'path' | 'line' | 'column' | 'message'>;
type PrintedReport = { ok: boolean; problems: readonly Printed[]; warnings: readonly Printed[] };

/** The report of a check as lines that editors and terminals can jump from. */
export const findingsOf = ({ problems, warnings }: PrintedReport, file: string): string[] => {
  const line = (kind: string) => (one: Printed) =>
    `${file}:${one.line ?? 1}:${one.column ?? 1}: ${kind}: ${one.message}${one.path && ` (${one.path})`}`;
  const all = [...problems.map(line('problem')), ...warnings.map(line('warning'))];
  return all.length === 0 ? [`${file}: ok`] : all;
};
