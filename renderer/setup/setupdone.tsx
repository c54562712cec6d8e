import { PackageCheck } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Result } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { startAfresh } from '../shell/openotherstation.tsx';
import { CheckList } from '../station/checklist.tsx';

/** The check of the new station, then its door. */
export function SetupDone({ folder, checks }: Result<'setup.run'>) {
  const t = useTranslations('setup.done');
  const { run, busy, error } = useAct('setup.open');
  return (
    <div className="stack">
      <div className="row" role="status">
        <PackageCheck aria-hidden="true" />
        <div>
          <h2>{t('title')}</h2>
          <p>{t('meaning', { folder })}</p>
          <p className="lead">{t('checked', { bad: checks.filter(({ ok }) => !ok).length, total: checks.length })}</p>
        </div>
      </div>
      <CheckList checks={checks} />
      <div className="row">
        <Button
          size="bench"
          kind="primary"
          busy={busy}
          onClick={async () => {
            if (await run({ which: 'real' })) startAfresh();
          }}
        >
          {busy ? t('opening') : t('open')}
        </Button>
      </div>
      <ErrorNotice error={error} />
    </div>
  );
}
