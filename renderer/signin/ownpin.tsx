import { KeyRound, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { type PinProblem, pinProblemOf, type SignedIn } from '../../app/contract/index.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { Modal } from '../controls/modal.tsx';
import { useForm } from '../controls/useform.ts';
import { useStationStatus } from '../stationclient.ts';
import { Keypad } from './keypad.tsx';

const names = ['pin', 'newPin', 'again'] as const;
type Name = (typeof names)[number];
const empty: Record<Name, string> = { pin: '', newPin: '', again: '' };
const digitsOnly = (text: string) => text.replace(/\D/g, '').slice(0, 12);

/** The words for a mistake in a new PIN. The forms for a person's first PIN use them, too. */
export function usePinWords(): (problem: PinProblem | 'given', leastDigits: number) => string {
  const t = useTranslations('signIn.ownPin.problem');
  return (problem, leastDigits) => t(problem, { digits: leastDigits });
}

/** A person changes their own PIN, by keyboard, or with gloves by keypad. */
export function OwnPin({ person }: { person: SignedIn }) {
  const t = useTranslations('signIn.ownPin');
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        kind="quiet"
        size="bench"
        icon={KeyRound}
        aria-label={t('title')}
        title={t('title')}
        onClick={() => setOpen(true)}
      />
      <Modal open={open} onClose={() => setOpen(false)} title={t('title')} size="large">
        {open && <ChangePin person={person} onDone={() => setOpen(false)} />}
      </Modal>
    </>
  );
}

function ChangePin({ person, onDone }: { person: SignedIn; onDone: () => void }) {
  const t = useTranslations('signIn.ownPin');
  const words = usePinWords();
  const leastDigits = useStationStatus()?.pins.leastDigits ?? 6;
  const [at, setAt] = useState<Name>('pin');
  const form = useForm('session.changePin', {
    first: empty,
    params: ({ pin, newPin }) => ({ pin, newPin }),
    also: ({ pin, newPin, again }) => ({
      newPin: newPin === pin ? t('problem.same') : pinProblemOf(newPin, person.badge, leastDigits) !== undefined,
      again: again !== newPin && t('problem.differs'),
    }),
    words: (name, { newPin }) => {
      const problem = name === 'newPin' ? pinProblemOf(newPin, person.badge, leastDigits) : undefined;
      return problem && words(problem, leastDigits);
    },
    forgets: () => empty,
    onDone,
  });
  const set = (name: Name, text: string) => form.set({ [name]: digitsOnly(text) });
  return (
    <form className="signin-form" {...form.form}>
      <div className="stack">
        {names.map((name) => (
          <Field
            key={name}
            size="bench"
            label={t(name)}
            type="password"
            inputMode="numeric"
            autoComplete={name === 'pin' ? 'off' : 'new-password'}
            autoFocus={name === 'pin'}
            {...form.field(name)}
            onFocus={() => setAt(name)}
            onValue={(text) => set(name, text)}
          />
        ))}
        <ErrorNotice error={form.error} />
      </div>
      <div className="stack">
        <Keypad
          onDigit={(digit) => set(at, form.values[at] + digit)}
          onDelete={() => set(at, form.values[at].slice(0, -1))}
        />
        <Button size="bench" kind="primary" icon={KeyRound} {...form.button}>
          {t('go')}
        </Button>
      </div>
    </form>
  );
}

/** Asks a person to change a PIN that is weaker than the station's rule. The PIN still works. */
export function PinNotice({ person }: { person: SignedIn | null }) {
  const t = useTranslations('signIn.ownPin');
  const words = usePinWords();
  const leastDigits = useStationStatus()?.pins.leastDigits ?? 6;
  if (person?.pinProblem === undefined) return null;
  return (
    <section className="ending" aria-label={t('notice')}>
      <TriangleAlert aria-hidden="true" />
      <p>
        <strong>{t('change')}</strong> {words(person.pinProblem, leastDigits)}
      </p>
    </section>
  );
}
