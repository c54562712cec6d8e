import { useTranslations } from 'use-intl';
import type { StationStatus } from '../../app/contract/index.ts';
import { Field } from '../controls/field.tsx';
import { SaveRow } from '../controls/saverow.tsx';
import { useForm } from '../controls/useform.ts';

const typedOf = ({ days, most }: StationStatus['transcripts']) => ({
  days: days === null ? '' : String(days),
  most: most === null ? '' : String(most),
});
const numberOf = (text: string): number | null => (text.trim() === '' ? null : Number(text));

/** How long conversations of units that passed are kept. */
export function TranscriptForm({ rule }: { rule: StationStatus['transcripts'] }) {
  const t = useTranslations('backups.transcripts');
  const form = useForm('station.configure', {
    first: typedOf(rule),
    keeps: true,
    params: ({ days, most }) => ({ transcripts: { days: numberOf(days), most: numberOf(most) } }),
    words: () => t('numberProblem'),
  });
  return (
    <form className="stack" aria-label={t('title')} {...form.form}>
      <h3>{t('title')}</h3>
      <div className="row bottom">
        <Field label={t('days')} inputMode="numeric" maxLength={5} {...form.field('days')} />
        <Field label={t('most')} inputMode="numeric" maxLength={9} {...form.field('most')} />
      </div>
      <p className="hint">{t('meaning')}</p>
      <SaveRow form={form} save={t('save')} saved={t('saved')} />
    </form>
  );
}
