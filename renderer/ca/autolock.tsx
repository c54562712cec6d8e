import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useAct } from '../calls.ts';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { SelectField } from '../controls/selectfield.tsx';

const choices = [15, 30, 60, 120, 480, 0];

/** The time after which unused keys are locked. */
export function AutoLock({ minutes, onSaved }: { minutes: number; onSaved: () => void }) {
  const t = useTranslations('ca.autoLock');
  const { run, busy, error } = useAct('station.configure');
  const [saved, setSaved] = useState(false);
  const offered = choices.includes(minutes) ? choices : [minutes, ...choices];
  return (
    <section className="stack tight" aria-label={t('title')}>
      <h3>{t('title')}</h3>
      <p className="hint">{t('meaning')}</p>
      <div className="row">
        <div className="ca-minutes">
          <SelectField
            bare
            label={t('title')}
            value={String(minutes)}
            disabled={busy}
            options={offered.map((value) => ({ value: String(value), label: t('choice', { minutes: value }) }))}
            onPick={async (picked) => {
              setSaved(false);
              if (!(await run({ ca: { autoLockMinutes: Number(picked) } }))) return;
              setSaved(true);
              onSaved();
            }}
          />
        </div>
        <span role="status">{saved ? t('saved') : ''}</span>
      </div>
      <ErrorNotice error={error} />
    </section>
  );
}
