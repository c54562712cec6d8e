import { useTranslations } from 'use-intl';
import type { StationStatus } from '../../app/contract/index.ts';
import { caStateAppearance } from './caappearance.ts';

/** The state of the active CA for the bench. */
export function CaState({ state }: { state: StationStatus['ca']['state'] }) {
  const t = useTranslations('ca');
  const { icon: Icon, tone } = caStateAppearance[state];
  return (
    <div className={`banner ${tone}`}>
      <Icon aria-hidden="true" />
      <div>
        <p className="lead">
          <strong>{t(`state.${state}`)}</strong>
        </p>
        <p>{t(`meaning.${state}`)}</p>
      </div>
    </div>
  );
}
