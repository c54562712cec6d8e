import { IdCard, LogIn } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { StationStatus } from '../../app/contract/index.ts';
import { pin as pinShape } from '../../app/contract/model.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { Modal } from '../controls/modal.tsx';
import { Keypad } from './keypad.tsx';
import { PracticeBadges } from './practicebadges.tsx';
import { closeSignIn, signInState } from './signinstate.ts';

/** Badge, then PIN. The badge comes from the scanner or from the keyboard. */
export function SignInDialog({ status }: { status: StationStatus | undefined }) {
  const t = useTranslations('signIn');
  const { open, badge } = signInState.use();
  return (
    <Modal open={open} onClose={closeSignIn} title={t('title')} size="large">
      <div className="signin">
        <SignInForm key={badge} badge={badge} />
        {status?.practiceBadges && <PracticeBadges people={status.practiceBadges} />}
      </div>
    </Modal>
  );
}

function SignInForm({ badge: scanned }: { badge: string }) {
  const t = useTranslations('signIn');
  const [badge, setBadge] = useState(scanned);
  const [pin, setPin] = useState('');
  const { run, busy, error } = useAct('session.signIn');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (badge === '' || !pinShape.safeParse(pin).success) return;
    if (await run({ badge, pin })) closeSignIn();
    else setPin('');
  };
  return (
    <form className="signin-form" onSubmit={(event) => void submit(event)}>
      <div className="stack">
        <p className="lead">
          <IdCard aria-hidden="true" />
          {scanned === '' ? t('scanBadge') : t('pinFor')}
        </p>
        <Field size="bench" label={t('badge')} value={badge} onValue={setBadge} autoFocus={scanned === ''} />
        <Field
          size="bench"
          label={t('pin')}
          type="password"
          inputMode="numeric"
          value={pin}
          onValue={(next) => setPin(next.replace(/\D/g, '').slice(0, 12))}
          autoFocus={scanned !== ''}
        />
        <p className="unseen" role="status">
          {t('digits', { count: pin.length })}
        </p>
        <ErrorNotice error={error} />
      </div>
      <div className="stack">
        <Keypad
          onDigit={(digit) => setPin((value) => (value + digit).slice(0, 12))}
          onDelete={() => setPin((value) => value.slice(0, -1))}
        />
        <Button size="bench" kind="primary" icon={LogIn} submit busy={busy}>
          {t('go')}
        </Button>
      </div>
    </form>
  );
}
