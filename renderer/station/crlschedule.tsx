import { Save } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { CrlConfig } from '../../app/contract/index.ts';
import { crlConfig } from '../../app/contract/model.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';

/** How often a CRL is made and how long one is good for. */
export function CrlSchedule({ schedule, onSaved }: { schedule: CrlConfig; onSaved: () => void }) {
  const t = useTranslations('station.crl.plan');
  const [hours, setHours] = useState(String(schedule.everyHours));
  const [days, setDays] = useState(String(schedule.validDays));
  const [saved, setSaved] = useState(false);
  const { run, busy, error } = useAct('station.configure');
  const typed = { everyHours: Number(hours), validDays: Number(days) };
  const { everyHours, validDays } = crlConfig.shape;
  const hoursFit = everyHours.safeParse(typed.everyHours).success;
  const daysFit = validDays.safeParse(typed.validDays).success;
  const inTime = typed.everyHours < typed.validDays * 24;
  const changed = typed.everyHours !== schedule.everyHours || typed.validDays !== schedule.validDays;
  const ready = hoursFit && daysFit && inTime && changed;
  const daysProblem = () => {
    if (!daysFit) return t('daysProblem');
    return inTime ? undefined : t('tooShort');
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready || !(await run({ crl: typed }))) return;
    setSaved(true);
    onSaved();
  };
  return (
    <form className="stack tight" aria-label={t('title')} onSubmit={(event) => void submit(event)}>
      <h4>{t('title')}</h4>
      <div className="row bottom crl-plan">
        <Field
          label={t('hours')}
          inputMode="numeric"
          maxLength={3}
          value={hours}
          problem={hoursFit ? undefined : t('hoursProblem')}
          onValue={(value) => {
            setHours(value);
            setSaved(false);
          }}
        />
        <Field
          label={t('days')}
          inputMode="numeric"
          maxLength={3}
          value={days}
          problem={daysProblem()}
          onValue={(value) => {
            setDays(value);
            setSaved(false);
          }}
        />
        <Button icon={Save} submit busy={busy} disabled={!ready}>
          {t('save')}
        </Button>
        <span role="status">{saved && !changed ? t('saved') : ''}</span>
      </div>
      <p className="hint">{t('hint')}</p>
      <ErrorNotice error={error} />
    </form>
  );
}
