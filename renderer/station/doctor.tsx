import { CircleCheck, RefreshCw, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useRead } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { knows, tables } from '../words/index.ts';

const names = tables.en.station.doctor.name;

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
      <ul className="checks">
        {data?.map((check) => (
          <li key={check.name} className={check.ok ? 'good' : 'warn'}>
            {check.ok ? <CircleCheck aria-hidden="true" /> : <TriangleAlert aria-hidden="true" />}
            <div>
              <strong>{knows(names, check.name) ? t(`station.doctor.name.${check.name}`) : check.name}</strong>
              <span className="unseen">: {check.ok ? t('station.doctor.ok') : t('station.doctor.bad')}</span>
              <p>{check.detail}</p>
              {check.remedy !== undefined && (
                <p>
                  <strong>{t('station.doctor.remedy')}:</strong> {check.remedy}
                </p>
              )}
            </div>
          </li>
        ))}
      </ul>
      <div className="row">
        <Button icon={RefreshCw} onClick={reload}>
          {t('station.doctor.run')}
        </Button>
      </div>
    </div>
  );
}
