import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { TemplateKind } from '../../app/contract/index.ts';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { CodeEditor } from '../jsontext/codeeditor.tsx';
import { FindingList } from '../jsontext/findinglist.tsx';
import { useReportWords } from '../words/checkwords.ts';
import { completeTemplate } from './templatecompletion.ts';
import { TemplateDrawing } from './templatedrawing.tsx';
import { useTemplatePreview } from './usetemplatepreview.ts';

type Props = {
  text: string;
  /** Without it the text can only be read. */
  onText?: ((text: string) => void) | undefined;
  form: TemplateKind;
  /** Values to try it with, by parameter. */
  sample: Readonly<Record<string, string>>;
  onSample: (sample: Record<string, string>) => void;
  /** Tells whether AWS would take this very text. */
  onValid?: (valid: boolean) => void;
};

/** The text, what its check finds, and what it makes of sample parameters. */
export function TemplateWorkbench({ text, onText, form, sample, onSample, onValid }: Props) {
  const t = useTranslations('templates');
  const [jump, setJump] = useState<{ line: number; column: number; at: number }>();
  const given = Object.fromEntries(Object.entries(sample).filter(([, value]) => value !== ''));
  const { result, error, fresh } = useTemplatePreview({ text, form, parameters: given });
  const inWords = useReportWords();
  const report = result && inWords(result.report);
  const valid = fresh && report?.ok === true;
  useEffect(() => onValid?.(valid), [valid, onValid]);
  const { problems, warnings } = report ?? { problems: [], warnings: [] };
  const findings = [
    ...problems.map((one) => ({ ...one, severity: 'problem' as const })),
    ...warnings.map((one) => ({ ...one, severity: 'warning' as const })),
  ].map(({ line = 1, column, message, severity }) => ({ line, column, message, severity }));
  return (
    <div className="workbench">
      <div className="stack tight">
        <CodeEditor
          label={t('text')}
          value={text}
          onChange={onText}
          findings={findings}
          completions={completeTemplate}
          jump={jump}
        />
        <p className="hint">{onText ? t('tabLeaves') : t('readOnly')}</p>
      </div>
      <section className="workbench-side" aria-label={t('effect')} aria-busy={!fresh}>
        <ErrorNotice error={error} />
        {valid && warnings.length === 0 && <p className="hint">{t('noFindings')}</p>}
        {report && <FindingList report={report} onPlace={(place) => setJump({ ...place, at: (jump?.at ?? 0) + 1 })} />}
        {result && result.needs.length > 0 && (
          <div className="sample template-sample">
            {result.needs.map(({ name, fallback }) => (
              <Field
                key={name}
                label={name}
                value={sample[name] ?? ''}
                placeholder={fallback ?? ''}
                onValue={(value) => onSample({ ...sample, [name]: value })}
              />
            ))}
          </div>
        )}
        {result?.rendered && <TemplateDrawing rendered={result.rendered} tried={Object.keys(given).length > 0} />}
        {!result && !error && <p className="hint">{t('looking')}</p>}
      </section>
    </div>
  );
}
