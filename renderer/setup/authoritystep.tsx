import { TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useInsists } from '../controls/insist.ts';
import { NewPassphraseFields } from '../controls/newpassphrase.tsx';
import type { SetupStepProps } from './setupsteps.tsx';

/** The passphrase, typed twice, and the consequences of losing it. */
export function AuthorityStep({ draft, change }: SetupStepProps) {
  const t = useTranslations('setup.ca');
  const insists = useInsists();
  return (
    <div className="stack narrow">
      <h2>{t('lead')}</h2>
      <NewPassphraseFields draft={draft} onDraft={({ passphrase, again }) => change({ passphrase, again })} />
      <div className="banner warn">
        <TriangleAlert aria-hidden="true" />
        <div>
          <p>{t('warning')}</p>
          <label className="check">
            <input
              type="checkbox"
              aria-invalid={insists && !draft.understood}
              checked={draft.understood}
              onChange={(event) => change({ understood: event.target.checked })}
            />
            {t('understood')}
          </label>
          {insists && !draft.understood && <p className="wrong">{t('understoodFirst')}</p>}
        </div>
      </div>
    </div>
  );
}
