import { CircleCheck, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { type CheckName, checkNames, type DoctorCheck } from '../../app/contract/index.ts';
import { useFindingWords } from '../words/findingwords.tsx';

const isNamed = (name: DoctorCheck['name']): name is CheckName => (checkNames as readonly string[]).includes(name);

/** Checks of the station, each with its finding and the remedy of a trouble. */
export function CheckList({ checks }: { checks: readonly DoctorCheck[] }) {
  const t = useTranslations('station.doctor');
  const words = useFindingWords();
  // The name of a program is its own in each language.
  const titleOf = (name: DoctorCheck['name']) =>
    isNamed(name) ? t(`name.${name}`) : name.replace(/^scanner(?= )/, t('name.scanner'));
  return (
    <ul className="checks">
      {checks.map((check, index) => {
        const remedy = check.ok ? undefined : words.remedy(check.finding);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: several checks may have one name
          <li key={index} className={check.ok ? 'good' : 'warn'}>
            {check.ok ? <CircleCheck aria-hidden="true" /> : <TriangleAlert aria-hidden="true" />}
            <div>
              <strong>{titleOf(check.name)}</strong>
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
