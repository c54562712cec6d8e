import { useTranslations } from 'use-intl';
import { Field } from './field.tsx';
import { type NewPassphrase, type Strength, strengthOf } from './passphrasestrength.ts';

const levels: Record<Strength, number> = { weak: 1, fair: 2, good: 3, strong: 4 };

type Props = { draft: NewPassphrase; onDraft: (draft: NewPassphrase) => void; label?: string };

/** A new passphrase, typed twice, with its strength. */
export function NewPassphraseFields({ draft, onDraft, label }: Props) {
  const t = useTranslations('setup.ca');
  const { passphrase, again } = draft;
  const strength = strengthOf(passphrase);
  return (
    <>
      <Field
        name="passphrase"
        label={label ?? t('passphrase')}
        type="password"
        autoComplete="new-password"
        value={passphrase}
        maxLength={1024}
        hint={t('tooShort')}
        problem={strength === 'weak' ? t('tooShort') : undefined}
        onValue={(typed) => onDraft({ ...draft, passphrase: typed })}
      />
      <div className="strength">
        <meter min={0} max={4} value={passphrase === '' ? 0 : levels[strength]} aria-label={t('strengthLabel')} />
        <span role="status">{passphrase === '' ? '' : t(`strength.${strength}`)}</span>
      </div>
      <Field
        name="again"
        label={label === undefined ? t('again') : t('againOf', { label })}
        type="password"
        autoComplete="new-password"
        value={again}
        maxLength={1024}
        problem={again === passphrase ? undefined : t('same')}
        onValue={(typed) => onDraft({ ...draft, again: typed })}
      />
    </>
  );
}
