import { Save } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { CrlConfig } from '../../app/contract/index.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { useForm } from '../controls/useform.ts';

const typedOf = ({ everyHours, validDays }: CrlConfig) => ({
  everyHours: String(everyHours),
  validDays: String(validDays),
});

/** The interval of CRLs and their validity. */
export function CrlSchedule({ schedule, onSaved }: { schedule: CrlConfig; onSaved: () => void }) {
  const t = useTranslations('station.crl.plan');
  const form = useForm('station.configure', {
    first: typedOf(schedule),
    keeps: true,
    params: ({ everyHours, validDays }) => ({ crl: { everyHours: Number(everyHours), validDays: Number(validDays) } }),
    also: ({ everyHours, validDays }) => ({
      validDays: Number(everyHours) >= Number(validDays) * 24 && t('tooShort'),
    }),
    words: (name) => (name === 'everyHours' ? t('hoursProblem') : t('daysProblem')),
    onDone: onSaved,
  });
  return (
    <form className="stack tight" aria-label={t('title')} {...form.form}>
      <h4>{t('title')}</h4>
      <div className="row bottom crl-plan">
        <Field label={t('hours')} inputMode="numeric" maxLength={3} {...form.field('everyHours')} />
        <Field label={t('days')} inputMode="numeric" maxLength={3} {...form.field('validDays')} />
        <Button icon={Save} {...form.button} disabled={form.button.disabled || !form.changed}>
          {t('save')}
        </Button>
        <span role="status">{form.done && !form.changed ? t('saved') : ''}</span>
      </div>
      <p className="hint">{t('hint')}</p>
      <ErrorNotice error={form.error} />
    </form>
  );
}
