import { TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Person, StationStatus } from '../../app/contract/index.ts';
import { hrefTo } from '../route.ts';

type Props = {
  status: StationStatus | undefined;
  person: Person | null;
  /** False on the bench, which has no small targets. */
  link: boolean;
};

/** Warns that a CA of the active chain ends soon. The line stops on that day, and a new CA takes time. */
export function CaEnding({ status, person, link }: Props) {
  const t = useTranslations('ending');
  const first = [...(status?.ca.ending ?? [])].sort((one, other) => one.daysLeft - other.daysLeft)[0];
  if (!first) return null;
  const { commonName: name, daysLeft: days } = first;
  const over = days < 0;
  return (
    <section className={over ? 'ending over' : 'ending'} aria-label={t('label')}>
      <TriangleAlert aria-hidden="true" />
      <p>
        <strong>{over ? t('over', { name }) : t('soon', { name, days })}</strong>{' '}
        {person?.role === 'engineer' ? t('engineer') : t('others')}
      </p>
      {link && person?.role === 'engineer' && <a href={hrefTo.station('ca')}>{t('look')}</a>}
    </section>
  );
}
