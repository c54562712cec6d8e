import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Params } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { ErrorNotice } from './errornotice.tsx';
import { SelectField } from './selectfield.tsx';

type Props = {
  /** Where its words are: `title`, `meaning`, `choice` and `saved`. */
  words: 'ca.autoLock' | 'session.idleSetting';
  minutes: number;
  /** What is offered beside the present value; 0 is "never". */
  choices: readonly number[];
  paramsOf: (minutes: number) => Params<'station.configure'>;
  onSaved?: () => void;
};

/** A setting of the station that is a number of minutes. It is saved when it is picked. */
export function MinutesSetting({ words, minutes, choices, paramsOf, onSaved }: Props) {
  const t = useTranslations(words);
  const { run, busy, error } = useAct('station.configure');
  const [saved, setSaved] = useState(false);
  const offered = choices.includes(minutes) ? choices : [minutes, ...choices];
  return (
    <section className="stack tight" aria-label={t('title')}>
      <h3>{t('title')}</h3>
      <p className="hint">{t('meaning')}</p>
      <div className="row">
        <div className="minutes">
          <SelectField
            bare
            label={t('title')}
            value={String(minutes)}
            disabled={busy}
            options={offered.map((value) => ({ value: String(value), label: t('choice', { minutes: value }) }))}
            onPick={async (picked) => {
              setSaved(false);
              if (!(await run(paramsOf(Number(picked))))) return;
              setSaved(true);
              onSaved?.();
            }}
          />
        </div>
        <span role="status">{saved ? t('saved') : ''}</span>
      </div>
      <ErrorNotice error={error} />
    </section>
  );
}
