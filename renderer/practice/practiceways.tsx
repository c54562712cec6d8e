import { CircleCheck, LoaderCircle, OctagonX } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { PracticeSnapshot } from '../../app/contract/index.ts';
import { failedPhase, recipeWays } from '../../app/contract/model.ts';
import { useAct } from '../calls.ts';
import { SelectField } from '../controls/selectfield.tsx';
import { refuseAct } from '../scanreader/lastscan.ts';

const icons = { connecting: LoaderCircle, connected: CircleCheck, gaveUp: OctagonX };
/** As many as the panel has room for. */
const shown = 3;

/** The way that is practised, and the devices that have passed and connect by themselves. */
export function PracticeWays({ practice }: { practice: PracticeSnapshot }) {
  const t = useTranslations('practice.ways');
  const names = useTranslations('ways.name');
  const { run, busy } = useAct('practice.way');
  const { way, field = [] } = practice;
  if (way === undefined) return null;
  return (
    <div className="practice-ways">
      <SelectField
        bare
        size="bench"
        label={t('choose')}
        value={way ?? ''}
        disabled={busy}
        options={[
          ...(way === null ? [{ value: '', label: t('none') }] : []),
          ...recipeWays.map((value) => ({ value, label: names(value) })),
        ]}
        onPick={(picked) => {
          const wanted = recipeWays.find((one) => one === picked);
          if (wanted) void run({ way: wanted }, refuseAct);
        }}
      />
      {busy && <p className="hint">{t('preparing')}</p>}
      <ul aria-label={t('field')}>
        {field
          .slice(-shown)
          .reverse()
          .map(({ unitSerial, state, tries, phases }) => {
            const Icon = icons[state];
            const failed = failedPhase(phases);
            return (
              <li key={unitSerial} className={state}>
                <Icon aria-hidden="true" />
                <span>
                  <span className="mono">{unitSerial}</span> {t(`state.${state}`, { tries })}
                  {failed && state !== 'connected' && (
                    <span className="fine"> {t('failed', { phase: failed.phase, reason: failed.reason ?? '' })}</span>
                  )}
                </span>
              </li>
            );
          })}
      </ul>
    </div>
  );
}
