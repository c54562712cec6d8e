import { Save } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { type PinConfig, usualPinDigits } from '../../app/contract/index.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { useForm } from '../controls/useform.ts';

const choices = [4, 5, 6, 7, 8];

/** The least number of digits in a new PIN. A number below six is a choice, and its reason is on record. */
export function PinRule({ pins }: { pins: PinConfig }) {
  const t = useTranslations('station.pins');
  const isFew = (leastDigits: number) => leastDigits < usualPinDigits;
  const form = useForm('station.configure', {
    first: pins,
    keeps: true,
    params: ({ leastDigits, reason }) => ({ pins: { leastDigits, reason: isFew(leastDigits) ? reason.trim() : '' } }),
    words: (name) => (name === 'reason' ? t('reasonProblem') : undefined),
  });
  const { leastDigits } = form.values;
  const offered = choices.includes(leastDigits) ? choices : [...choices, leastDigits];
  return (
    <form className="card stack" {...form.form}>
      <h3>{t('title')}</h3>
      <p className="hint">{t('meaning')}</p>
      <div className="narrow">
        <SelectField
          label={t('least')}
          value={String(leastDigits)}
          options={offered.map((value) => ({ value: String(value), label: t('choice', { digits: value }) }))}
          onPick={(picked) => form.set({ leastDigits: Number(picked) })}
        />
      </div>
      {isFew(leastDigits) && (
        <Field label={t('reason')} hint={t('reasonHint')} maxLength={200} {...form.field('reason')} />
      )}
      <ErrorNotice error={form.error} />
      <div className="row">
        <Button icon={Save} {...form.button} disabled={form.button.disabled || !form.changed}>
          {t('save')}
        </Button>
        <span role="status">{form.done && !form.changed ? t('saved') : ''}</span>
      </div>
    </form>
  );
}
