import { Save } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { type PinConfig, usualPinDigits } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { SelectField } from '../controls/selectfield.tsx';

const choices = [4, 5, 6, 7, 8];

/** How many digits a new PIN has at least. Fewer than six are a choice, with its reason on record. */
export function PinRule({ pins }: { pins: PinConfig }) {
  const t = useTranslations('station.pins');
  const [leastDigits, setLeastDigits] = useState(pins.leastDigits);
  const [reason, setReason] = useState(pins.reason);
  const [saved, setSaved] = useState(false);
  const { run, busy, error } = useAct('station.configure');
  const few = leastDigits < usualPinDigits;
  const offered = choices.includes(leastDigits) ? choices : [...choices, leastDigits];
  const changed = leastDigits !== pins.leastDigits || (few && reason.trim() !== pins.reason);
  const fits = !few || reason.trim().length >= 10;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!fits || !(await run({ pins: { leastDigits, reason: few ? reason.trim() : '' } }))) return;
    setSaved(true);
  };
  return (
    <form className="card stack" onSubmit={(event) => void submit(event)}>
      <h3>{t('title')}</h3>
      <p className="hint">{t('meaning')}</p>
      <div className="narrow">
        <SelectField
          label={t('least')}
          value={String(leastDigits)}
          options={offered.map((value) => ({ value: String(value), label: t('choice', { digits: value }) }))}
          onPick={(picked) => {
            setSaved(false);
            setLeastDigits(Number(picked));
          }}
        />
      </div>
      {few && (
        <Field
          label={t('reason')}
          hint={t('reasonHint')}
          value={reason}
          maxLength={200}
          problem={fits ? undefined : t('reasonProblem')}
          onValue={(text) => {
            setSaved(false);
            setReason(text);
          }}
        />
      )}
      <ErrorNotice error={error} />
      <div className="row">
        <Button icon={Save} submit busy={busy} disabled={!changed || !fits}>
          {t('save')}
        </Button>
        <span role="status">{saved && !changed ? t('saved') : ''}</span>
      </div>
    </form>
  );
}
