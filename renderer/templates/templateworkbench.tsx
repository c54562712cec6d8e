import { useTranslations } from 'use-intl';
import type { TemplateKind } from '../../app/contract/index.ts';
import { useAnswer } from '../calls.ts';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { FindingList } from '../jsontext/findinglist.tsx';
import { useReport } from '../jsontext/usereport.ts';
import { Workbench } from '../jsontext/workbench.tsx';
import { completeTemplate } from './templatecompletion.ts';
import { TemplateDrawing } from './templatedrawing.tsx';

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
  const given = Object.fromEntries(Object.entries(sample).filter(([, value]) => value !== ''));
  const { result, error, fresh } = useAnswer('templates.preview', { text, form, parameters: given });
  const { report, findings, clean } = useReport(result?.report, fresh, onValid);
  return (
    <Workbench
      label={t('text')}
      {...{ text, onText, findings }}
      completions={completeTemplate}
      hint={onText ? t('tabLeaves') : t('readOnly')}
      sideLabel={t('effect')}
      stale={!fresh}
      side={(toPlace) => (
        <>
          <ErrorNotice error={error} />
          {clean && <p className="hint">{t('noFindings')}</p>}
          {report && <FindingList report={report} onPlace={toPlace} />}
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
        </>
      )}
    />
  );
}
