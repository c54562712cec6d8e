import { useTranslations } from 'use-intl';
import type { StationStatus } from '../../app/contract/index.ts';
import { caStateAppearance } from './caappearance.ts';

/** What the bench gets from the active CA now. */
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
