import { IdCard, LogIn } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { StationStatus } from '../../app/contract/index.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { Modal } from '../controls/modal.tsx';
import { useForm } from '../controls/useform.ts';
import { Keypad } from './keypad.tsx';
import { PracticeBadges } from './practicebadges.tsx';
import { closeSignIn, endSignIn, signInState } from './signinstate.ts';

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
  const problem = useTranslations('setup.problem');
  const form = useForm('session.signIn', {
    first: { badge: scanned, pin: '' },
    params: (typed) => typed,
    words: (name) => (name === 'badge' ? problem('badge') : undefined),
    forgets: () => ({ pin: '' }),
    onDone: endSignIn,
  });
  const { pin } = form.values;
  const setPin = (text: string) => form.set({ pin: text.replace(/\D/g, '').slice(0, 12) });
  return (
    <form className="signin-form" {...form.form}>
      <div className="stack">
        <p className="lead">
          <IdCard aria-hidden="true" />
          {scanned === '' ? t('scanBadge') : t('pinFor')}
        </p>
        <Field size="bench" label={t('badge')} autoFocus={scanned === ''} {...form.field('badge')} />
        <Field
          size="bench"
          label={t('pin')}
          type="password"
          inputMode="numeric"
          autoFocus={scanned !== ''}
          {...form.field('pin')}
          onValue={setPin}
        />
        <p className="unseen" role="status">
          {t('digits', { count: pin.length })}
        </p>
        <ErrorNotice error={form.error} />
      </div>
      <div className="stack">
        <Keypad onDigit={(digit) => setPin(pin + digit)} onDelete={() => setPin(pin.slice(0, -1))} />
        <Button size="bench" kind="primary" icon={LogIn} {...form.button} disabled={false}>
          {t('go')}
        </Button>
      </div>
    </form>
  );
}
