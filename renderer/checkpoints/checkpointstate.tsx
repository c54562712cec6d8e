import { CircleCheck, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { CheckpointsSnapshot } from '../../app/contract/index.ts';
import { Timestamp } from '../controls/timestamp.tsx';

/** The state in one sentence, and what to do when it is not good. */
export function CheckpointState({ now }: { now: CheckpointsSnapshot }) {
  const t = useTranslations('checkpoints');
  const { places, contradictions, overdue } = now;
  const last = places
    .flatMap((place) => place.last ?? [])
    .sort((one, other) => other.at.localeCompare(one.at))
    .at(0);
  const [against] = contradictions;
  const isGood = last !== undefined && !overdue && !against && places.every(({ failed }) => failed === null);
  return (
    <div className={`banner ${isGood ? 'good' : 'warn'}`} role="status">
      {isGood ? <CircleCheck aria-hidden="true" /> : <TriangleAlert aria-hidden="true" />}
      <div>
        <p className="lead">
          <strong>
            {last === undefined
              ? t(places.length === 0 ? 'none' : 'first')
              : t.rich(overdue ? 'lastOld' : 'last', { time: () => <Timestamp at={last.at} /> })}
          </strong>
        </p>
        {places.length === 0 && <p>{t('noneMeaning')}</p>}
        {against && <p>{t('against', { ...against })}</p>}
        {against && <p>{t(against.proved ? 'proved' : 'claimed')}</p>}
      </div>
    </div>
  );
}
