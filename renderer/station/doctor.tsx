import { RefreshCw } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useRead } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { CheckList } from './checklist.tsx';

/** The health of the station, with a remedy for each trouble. */
export function Doctor() {
  const t = useTranslations();
  const { data, error, reload } = useRead('station.doctor', {});
  const bad = data?.filter((check) => !check.ok).length ?? 0;
  return (
    <div className="stack">
      <ErrorNotice error={error} />
      {!data && !error && <p className="hint">{t('common.working')}</p>}
      {data && (
        <p className="lead" role="status">
          {t('station.doctor.summary', { bad, total: data.length })}
        </p>
      )}
      {data && <CheckList checks={data} />}
      <div className="row">
        <Button icon={RefreshCw} onClick={reload}>
          {t('station.doctor.run')}
        </Button>
      </div>
    </div>
  );
}
