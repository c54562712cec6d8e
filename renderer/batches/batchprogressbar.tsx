import { useTranslations } from 'use-intl';
import type { BatchProgress } from '../../app/contract/index.ts';
import { phaseOf } from '../../app/contract/model.ts';
import { useDuration } from '../controls/timestamp.tsx';

/** The progress of a batch, its pace, the time left, and the reason if it does not move. */
export function BatchProgressBar({ progress }: { progress: BatchProgress }) {
  const t = useTranslations('batches');
  const duration = useDuration();
  const { state, done, total, percent, ratePerSecond, etaSeconds, waitingReason, ahead } = progress;
  const eta =
    etaSeconds === null ? t('etaUnknown') : `${t('eta', { time: duration(etaSeconds * 1000) })}, ${t('etaReason')}`;
  const waitingText = waitingReason && t(`waiting.${waitingReason}`, { ahead: ahead ?? 0 });
  const otherEta =
    waitingReason === 'otherTask' && etaSeconds !== null
      ? ` ${t('otherEta', { time: duration(etaSeconds * 1000) })}`
      : '';
  // A submission that has just begun has not counted its units yet.
  const counted = total > 0 && t('doneOf', { done, total });
  const count = phaseOf(state) === 'gathering' ? t('madeSoFar', { done }) : counted;
  return (
    <div className="progress">
      <div
        className="bar"
        role="progressbar"
        aria-label={t('progress', { batch: progress.batchId })}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(percent)}
      >
        <div className="bar-fill" style={{ width: `${percent}%` }} />
      </div>
      <p className="row spread">
        <strong>{count}</strong>
        {ratePerSecond !== null && <span>{t('rate', { rate: ratePerSecond })}</span>}
        <span>{waitingText === undefined ? eta : `${waitingText}${otherEta}`}</span>
      </p>
    </div>
  );
}
