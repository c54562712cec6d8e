import { CircleCheck, LoaderCircle, OctagonX } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { PracticeSnapshot } from '../../app/contract/index.ts';
import { failedPhase, recipeWays } from '../../app/contract/model.ts';
import { useAct } from '../calls.ts';
import { MachineText } from '../controls/machinetext.tsx';
import { Modal } from '../controls/modal.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { refuseAct } from '../scanreader/lastscan.ts';

const icons = { connecting: LoaderCircle, connected: CircleCheck, gaveUp: OctagonX };
/** As many as a person follows at once. */
const shown = 8;

/** The way that is practised. A part of the panel would hide the slots, so this is a window. */
export function PracticeWays({ practice, onClose }: { practice: PracticeSnapshot; onClose: () => void }) {
  const t = useTranslations('practice.ways');
  const names = useTranslations('ways.name');
  const { run, busy } = useAct('practice.way');
  const { way } = practice;
  return (
    <Modal open onClose={onClose} title={t('choose')}>
      <SelectField
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
      <PracticeField practice={practice} count={shown} />
    </Modal>
  );
}

/** The devices that have passed and connect by themselves, the newest first. */
export function PracticeField({ practice, count }: { practice: PracticeSnapshot; count: number }) {
  const t = useTranslations('practice.ways');
  const phaseNames = useTranslations('homeCall.phase');
  const { field = [] } = practice;
  if (field.length === 0) return null;
  return (
    <ul className="practice-field" aria-label={t('field')}>
      {field
        .slice(-count)
        .reverse()
        .map(({ unitSerial, state, tries, phases }) => {
          const Icon = icons[state];
          const failed = failedPhase(phases);
          return (
            <li key={unitSerial} className={state} title={`${unitSerial} ${t(`state.${state}`, { tries })}`}>
              <Icon aria-hidden="true" />
              <span>
                <span className="mono">{unitSerial}</span> {t(`state.${state}`, { tries })}
                {failed && state !== 'connected' && (
                  <span className="fine">
                    {' '}
                    {t.rich('failed', {
                      phase: phaseNames(failed.phase),
                      reason: () => <MachineText text={failed.reason ?? ''} />,
                    })}
                  </span>
                )}
              </span>
            </li>
          );
        })}
    </ul>
  );
}
