import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { CodeEditor } from '../jsontext/codeeditor.tsx';
import { FindingList } from '../jsontext/findinglist.tsx';
import { useReportWords } from '../words/checkwords.ts';
import { type DecisionRow, requestOf } from './decisionrows.ts';
import { DecisionTable } from './decisiontable.tsx';
import { completePolicy } from './policycompletion.ts';
import { usePolicyCheck } from './usepolicycheck.ts';

type Props = {
  name: string;
  text: string;
  /** Without it the text can only be read. */
  onText?: ((text: string) => void) | undefined;
  rows: readonly DecisionRow[];
  onRows: (rows: DecisionRow[]) => void;
  /** Tells whether AWS would take this very text. */
  onValid: (valid: boolean) => void;
};

/** The text, what its check finds, and what it decides. */
export function PolicyWorkbench({ name, text, onText, rows, onRows, onValid }: Props) {
  const t = useTranslations('policies');
  const [jump, setJump] = useState<{ line: number; column: number; at: number }>();
  const asked = rows.flatMap((row) => {
    const request = requestOf(row);
    return request ? [{ id: row.id, request }] : [];
  });
  const { report: found, outcomes, error, fresh } = usePolicyCheck(text, asked);
  const inWords = useReportWords();
  const report = found && inWords(found);
  const valid = fresh && report?.ok === true;
  useEffect(() => onValid(valid), [valid, onValid]);
  const { problems, warnings } = report ?? { problems: [], warnings: [] };
  const findings = [
    ...problems.map((one) => ({ ...one, severity: 'problem' as const })),
    ...warnings.map((one) => ({ ...one, severity: 'warning' as const })),
  ].map(({ line = 1, column, message, severity }) => ({ line, column, message, severity }));
  return (
    <div className="stack">
      <div className="workbench">
        <div className="stack tight">
          <CodeEditor
            label={t('text')}
            value={text}
            onChange={onText}
            findings={findings}
            completions={completePolicy}
            jump={jump}
          />
          <p className="hint">{onText ? t('tabLeaves') : t('readOnly')}</p>
        </div>
        <section className="workbench-side" aria-label={t('found')} aria-busy={!fresh}>
          <ErrorNotice error={error} />
          {valid && warnings.length === 0 && <p className="hint">{t('noFindings')}</p>}
          {report && (
            <FindingList report={report} onPlace={(place) => setJump({ ...place, at: (jump?.at ?? 0) + 1 })} />
          )}
          {!report && !error && <p className="hint">{text.trim() === '' ? t('beginHint') : t('looking')}</p>}
        </section>
      </div>
      <DecisionTable rows={rows} onRows={onRows} outcomes={outcomes} fresh={fresh} file={name} />
    </div>
  );
}
