import { useTranslations } from 'use-intl';
import { useAnswer } from '../calls.ts';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { FindingList } from '../jsontext/findinglist.tsx';
import { useReport } from '../jsontext/usereport.ts';
import { Workbench } from '../jsontext/workbench.tsx';
import { type DecisionRow, requestOf } from './decisionrows.ts';
import { DecisionTable } from './decisiontable.tsx';
import { completePolicy } from './policycompletion.ts';

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

/** The station's answer about a text and the requests of rows. `outcomes` are by row; there are none while the text is no policy. */
function usePolicyCheck(text: string, rows: readonly DecisionRow[]) {
  const asked = rows.flatMap((row) => {
    const request = requestOf(row);
    return request ? [{ id: row.id, request }] : [];
  });
  const empty = text.trim() === '';
  const params = { text, requests: asked.map(({ request }) => request) };
  const ids = asked.map(({ id }) => id);
  const answer = useAnswer('policies.check', empty ? undefined : params, ids);
  const { of = [], result, error } = empty ? {} : answer;
  const outcomes = new Map(
    (result?.outcomes ?? []).flatMap((outcome, index) => {
      const id = of[index];
      return id === undefined ? [] : [[id, outcome] as const];
    }),
  );
  return { found: result?.report, outcomes, error, empty, fresh: empty || answer.fresh };
}

/** The text, what its check finds, and what it decides. */
export function PolicyWorkbench({ name, text, onText, rows, onRows, onValid }: Props) {
  const t = useTranslations('policies');
  const { found, outcomes, error, empty, fresh } = usePolicyCheck(text, rows);
  const { report, findings, clean } = useReport(found, fresh, onValid);
  return (
    <div className="stack">
      <Workbench
        label={t('text')}
        {...{ text, onText, findings }}
        completions={completePolicy}
        hint={onText ? t('tabLeaves') : t('readOnly')}
        sideLabel={t('found')}
        stale={!fresh}
        side={(toPlace) => (
          <>
            <ErrorNotice error={error} />
            {clean && <p className="hint">{t('noFindings')}</p>}
            {report && <FindingList report={report} onPlace={toPlace} />}
            {!report && !error && <p className="hint">{empty ? t('beginHint') : t('looking')}</p>}
          </>
        )}
      />
      <DecisionTable rows={rows} onRows={onRows} outcomes={outcomes} fresh={fresh} file={name} />
    </div>
  );
}
