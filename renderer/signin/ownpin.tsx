import { KeyRound, TriangleAlert } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { type PinProblem, pinProblemOf, type SignedIn } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { Modal } from '../controls/modal.tsx';
import { useStationStatus } from '../stationclient.ts';
import { Keypad } from './keypad.tsx';

const names = ['pin', 'newPin', 'again'] as const;
type Name = (typeof names)[number];
const empty: Record<Name, string> = { pin: '', newPin: '', again: '' };
const digitsOnly = (text: string) => text.replace(/\D/g, '').slice(0, 12);

/** Says what is wrong with a new PIN; shared with the forms that give a person their first one. */
export function usePinWords(): (problem: PinProblem, leastDigits: number) => string {
  const t = useTranslations('signIn.ownPin.problem');
  return (problem, leastDigits) => t(problem, { digits: leastDigits });
}

/** A person changes their own PIN, by keyboard, or by keypad with gloves. */
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
  const [typed, setTyped] = useState(empty);
  const [at, setAt] = useState<Name>('pin');
  const { run, busy, error } = useAct('session.changePin');
  const set = (name: Name, text: string) => setTyped((before) => ({ ...before, [name]: digitsOnly(text) }));
  const { pin, newPin, again } = typed;
  const problem = pinProblemOf(newPin, person.badge, leastDigits);
  const problems: Record<Name, string | undefined> = {
    pin: undefined,
    newPin: newPin !== '' && newPin === pin ? t('problem.same') : problem && words(problem, leastDigits),
    again: again === newPin ? undefined : t('problem.differs'),
  };
  const fits = pin.length >= 4 && newPin !== '' && names.every((name) => problems[name] === undefined);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!fits) return;
    const changed = await run({ pin, newPin });
    setTyped(empty);
    if (changed) onDone();
  };
  return (
    <form className="signin-form" onSubmit={(event) => void submit(event)}>
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
            value={typed[name]}
            problem={problems[name]}
            onFocus={() => setAt(name)}
            onValue={(text) => set(name, text)}
          />
        ))}
        <ErrorNotice error={error} />
      </div>
      <div className="stack">
        <Keypad onDigit={(digit) => set(at, typed[at] + digit)} onDelete={() => set(at, typed[at].slice(0, -1))} />
        <Button size="bench" kind="primary" icon={KeyRound} submit busy={busy} disabled={!fits}>
          {t('go')}
        </Button>
      </div>
    </form>
  );
}

/** For those whose PIN is less than the station asks for: it works, and should be changed. */
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
