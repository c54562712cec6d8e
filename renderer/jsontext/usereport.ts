import { useEffect } from 'react';
import type { CheckFinding, CheckReport } from '../../app/contract/index.ts';
import { useFindingsInWords } from '../words/checkwords.ts';
import type { EditorFinding } from './editorfindings.ts';

/**
 * A check's report in the language of the screen, and its findings as the editor shows them.
 *
 * @param fresh whether the report is about the present text
 * @param onValid hears whether the present text has no problem
 * @returns `clean` tells that nothing was found in the present text
 */
export function useReport(found: CheckReport | undefined, fresh: boolean, onValid?: (valid: boolean) => void) {
  const inWords = useFindingsInWords();
  const report = found && { ok: found.ok, problems: inWords(found.problems), warnings: inWords(found.warnings) };
  const valid = fresh && report?.ok === true;
  useEffect(() => onValid?.(valid), [valid, onValid]);
  const as =
    (severity: EditorFinding['severity']) =>
    ({ line = 1, column, message }: CheckFinding): EditorFinding => ({ line, column, message, severity });
  const { problems, warnings } = report ?? { problems: [], warnings: [] };
  const findings = [...problems.map(as('problem')), ...warnings.map(as('warning'))];
  return { report, findings, clean: valid && warnings.length === 0 };
}
