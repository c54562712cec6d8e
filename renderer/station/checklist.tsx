import { CircleCheck, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { DoctorCheck } from '../../app/contract/index.ts';
import { useFindingWords } from '../words/findingwords.tsx';
import { knows, tables } from '../words/index.ts';

const names = tables.en.station.doctor.name;

/** Checks of the station, each with its finding and the remedy of a trouble. */
export function CheckList({ checks }: { checks: readonly DoctorCheck[] }) {
  const t = useTranslations('station.doctor');
  const words = useFindingWords();
  return (
    <ul className="checks">
      {checks.map((check) => {
        const remedy = check.ok ? undefined : words.remedy(check.finding);
        return (
          <li key={check.name} className={check.ok ? 'good' : 'warn'}>
            {check.ok ? <CircleCheck aria-hidden="true" /> : <TriangleAlert aria-hidden="true" />}
            <div>
              <strong>{knows(names, check.name) ? t(`name.${check.name}`) : check.name}</strong>
              <span className="unseen">: {check.ok ? t('ok') : t('bad')}</span>
              <p>{words.what(check.finding)}</p>
              {remedy !== undefined && (
                <p>
                  <strong>{t('remedy')}:</strong> {remedy}
                </p>
              )}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
