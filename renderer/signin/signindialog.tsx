import { IdCard, LogIn } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Person, StationStatus } from '../../app/contract/index.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { Modal } from '../controls/modal.tsx';
import { useForm } from '../controls/useform.ts';
import { useBench, useSession } from '../stationclient.ts';
import { Keypad } from './keypad.tsx';
import { PracticeBadges } from './practicebadges.tsx';
import { closeSignIn, endSignIn, signInState } from './signinstate.ts';

/**
 * Badge, then PIN. The badge comes from the scanner or from the keyboard. With a person signed in, the next one takes over;
 * units at work go on.
 */
export function SignInDialog({ status }: { status: StationStatus | undefined }) {
  const t = useTranslations();
  const { open, badge } = signInState.use();
  const now = useSession()?.person ?? null;
  // Who signs in by this dialog is there a moment before it is gone, and does not hand over to anyone.
  const [before, setBefore] = useState(now);
  if (!open && before !== now) setBefore(now);
  const present = now === null ? null : before;
  return (
    <Modal
      open={open}
      onClose={closeSignIn}
      title={present ? t('session.handOver.title') : t('signIn.title')}
      size="large"
    >
      <div className="signin">
        <SignInForm key={badge} badge={badge} present={present} />
        {status?.practiceBadges && <PracticeBadges people={status.practiceBadges} />}
      </div>
    </Modal>
  );
}

function SignInForm({ badge: scanned, present }: { badge: string; present: Person | null }) {
  const t = useTranslations('signIn');
  const handOver = useTranslations('session.handOver');
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
          {scanned === '' ? (present ? handOver('lead') : t('scanBadge')) : t('pinFor')}
        </p>
        {present && <HandOverNotice name={present.name} />}
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
          {present ? handOver('go') : t('go')}
        </Button>
      </div>
    </form>
  );
}

function HandOverNotice({ name }: { name: string }) {
  const t = useTranslations('session.handOver');
  const atWork = useBench()?.slots.filter(({ state }) => state === 'WORKING').length ?? 0;
  return (
    <p className="hint">
      {t('stays', { name })} {t('atWork', { count: atWork })}
    </p>
  );
}
