import { Lock, LockOpen, ShieldX } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { StationStatus } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../parts/button.tsx';
import { Facts } from '../parts/facts.tsx';
import { Field } from '../parts/field.tsx';
import { Problem } from '../parts/problem.tsx';
import { When } from '../parts/when.tsx';

const looks = {
  missing: { icon: ShieldX, tone: 'bad' },
  absent: { icon: ShieldX, tone: 'bad' },
  locked: { icon: Lock, tone: 'warn' },
  unlocked: { icon: LockOpen, tone: 'good' },
  expired: { icon: ShieldX, tone: 'bad' },
} as const;

/** The station's CA: locked or not, who it is, what it did today. */
export function Authority({ status: { ca } }: { status: StationStatus }) {
  const t = useTranslations('station.ca');
  const { icon: Icon, tone } = looks[ca.state];
  return (
    <div className="stack">
      <div className={`banner ${tone}`}>
        <Icon aria-hidden="true" />
        <div>
          <p className="lead">
            <strong>{t(`state.${ca.state}`)}</strong>
          </p>
          <p>{t(`meaning.${ca.state}`)}</p>
        </div>
      </div>
      {ca.state === 'locked' && <Unlock />}
      <Facts
        facts={[
          [t('root'), <code key="r">{ca.rootSubject ?? '–'}</code>],
          [t('issuing'), <code key="i">{ca.issuingSubject ?? '–'}</code>],
          [t('expires'), ca.issuingNotAfterAt ? <When key="e" at={ca.issuingNotAfterAt} shape="day" /> : '–'],
          [t('issuedToday'), ca.issuedToday],
          [t('registration'), t(`registrationState.${ca.registration}`)],
        ]}
      />
      {ca.state === 'unlocked' && <LockButton />}
    </div>
  );
}

function Unlock() {
  const t = useTranslations('station.ca');
  const [passphrase, setPassphrase] = useState('');
  const { run, busy, error } = useAct('station.unlock');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (passphrase === '') return;
    await run({ passphrase });
    setPassphrase('');
  };
  return (
    <form className="stack narrow" onSubmit={(event) => void submit(event)}>
      <Field
        label={t('passphrase')}
        type="password"
        autoComplete="current-password"
        value={passphrase}
        onValue={setPassphrase}
      />
      <Problem error={error} />
      <Button kind="primary" icon={LockOpen} submit busy={busy}>
        {t('unlock')}
      </Button>
    </form>
  );
}

function LockButton() {
  const t = useTranslations('station.ca');
  const { run, busy, error } = useAct('station.lock');
  return (
    <div className="stack narrow">
      <div className="row">
        <Button icon={Lock} busy={busy} onClick={() => void run({})}>
          {t('lock')}
        </Button>
      </div>
      <Problem error={error} />
    </div>
  );
}
