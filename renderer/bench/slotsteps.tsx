import { X } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Slot, StepProgress } from '../../app/contract/index.ts';
import { useDuration } from '../controls/timestamp.tsx';
import { fractionDone } from './fractiondone.ts';
import type { TileSize } from './tilegrid.ts';

function StepBar({ slot }: { slot: Slot }) {
  const t = useTranslations('bench');
  const percent = Math.round(fractionDone(slot.steps) * 100);
  return (
    <div
      className="bar"
      role="progressbar"
      aria-label={t('progress', { slot: String(slot.slotId) })}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <div className="bar-fill" style={{ width: `${percent}%` }} />
    </div>
  );
}

/** The present step with its number, the bar, and the time of each step so far. */
export function SlotSteps({ slot, size }: { slot: Slot; size: TileSize }) {
  const t = useTranslations('bench');
  if (size === 'small' || slot.steps.length === 0) return <StepBar slot={slot} />;
  const index = slot.steps.findIndex((step) => step.state === 'running');
  const current = slot.steps[index];
  return (
    <div className="steps">
      <div className="steps-now">
        <p className="tile-ask">{current && t(`step.${current.name}`)}</p>
        <p className="step-of">
          {t('stepOf', { step: index < 0 ? slot.steps.length : index + 1, total: slot.steps.length })}
        </p>
        <StepBar slot={slot} />
      </div>
      <ol className="step-list" aria-label={t('stepsLabel', { slot: String(slot.slotId) })}>
        {slot.steps.map((step) => (
          <Step key={step.name} step={step} />
        ))}
      </ol>
    </div>
  );
}

function Step({ step }: { step: StepProgress }) {
  const t = useTranslations('bench');
  const duration = useDuration();
  return (
    <li className={`step ${step.state}`}>
      <span className="step-name">
        {step.state === 'failed' && <X aria-hidden="true" />}
        {t(`stepShort.${step.name}`)}
      </span>
      <span className="step-time">{step.ms === undefined ? t(`stepState.${step.state}`) : duration(step.ms)}</span>
    </li>
  );
}
