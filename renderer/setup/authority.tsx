import { TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Field } from '../parts/field.tsx';
import { type Strength, strengthOf } from './draft.ts';
import type { StepProps } from './forms.tsx';

const levels: Record<Strength, number> = { weak: 1, fair: 2, good: 3, strong: 4 };

/** The passphrase, typed twice, and what it means to lose it. */
export function AuthorityStep({ draft, change }: StepProps) {
  const t = useTranslations('setup.ca');
  const { passphrase, again, understood } = draft;
  const strength = strengthOf(passphrase);
  return (
    <div className="stack narrow">
      <h2>{t('lead')}</h2>
      <Field
        label={t('passphrase')}
        type="password"
        autoComplete="new-password"
        value={passphrase}
        maxLength={1024}
        hint={t('tooShort')}
        problem={strength === 'weak' ? t('tooShort') : undefined}
        onValue={(typed) => change({ passphrase: typed })}
      />
      <div className="strength">
        <meter min={0} max={4} value={passphrase === '' ? 0 : levels[strength]} aria-label={t('strengthLabel')} />
        <span role="status">{passphrase === '' ? '' : t(`strength.${strength}`)}</span>
      </div>
      <Field
        label={t('again')}
        type="password"
        autoComplete="new-password"
        value={again}
        maxLength={1024}
        problem={again === passphrase ? undefined : t('same')}
        onValue={(typed) => change({ again: typed })}
      />
      <div className="banner warn">
        <TriangleAlert aria-hidden="true" />
        <div>
          <p>{t('warning')}</p>
          <label className="check">
            <input
              type="checkbox"
              checked={understood}
              onChange={(event) => change({ understood: event.target.checked })}
            />
            {t('understood')}
          </label>
        </div>
      </div>
    </div>
  );
}
