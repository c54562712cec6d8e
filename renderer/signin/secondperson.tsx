import { IdCard } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Field } from '../controls/field.tsx';
import { Keypad } from './keypad.tsx';

export type SecondPersonDraft = { badge: string; pin: string };

export const noSecondPerson: SecondPersonDraft = { badge: '', pin: '' };

type Props = { second: SecondPersonDraft; onSecond: (second: SecondPersonDraft) => void };

/** The person who agrees: their badge is scanned or typed, and their PIN is typed, also on the screen's keys. */
export function SecondPersonFields({ second, onSecond }: Props) {
  const t = useTranslations();
  const { badge, pin } = second;
  const setPin = (next: string) => onSecond({ badge, pin: next.replace(/\D/g, '').slice(0, 12) });
  return (
    <fieldset className="second">
      <legend className="label">{t('rework.second')}</legend>
      <div className="stack">
        <p className="row">
          <IdCard aria-hidden="true" />
          <span className="hint">{t('rework.secondHint')}</span>
        </p>
        <Field
          size="bench"
          label={t('signIn.badge')}
          value={badge}
          maxLength={32}
          data-scan="badge"
          onValue={(next) => onSecond({ badge: next, pin })}
        />
        <Field
          size="bench"
          label={t('signIn.pin')}
          type="password"
          inputMode="numeric"
          autoComplete="off"
          data-scan-next=""
          value={pin}
          onValue={setPin}
        />
        <p className="unseen" role="status">
          {t('signIn.digits', { count: pin.length })}
        </p>
      </div>
      <Keypad onDigit={(digit) => setPin(pin + digit)} onDelete={() => setPin(pin.slice(0, -1))} />
    </fieldset>
  );
}
