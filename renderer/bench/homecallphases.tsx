import { Check, Minus, X } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { PhaseResult } from '../../app/contract/index.ts';
import { useDuration } from '../controls/timestamp.tsx';

const marks = { ok: Check, failed: X, notReached: Minus };

/** Each phase of a connection with its mark, and its time or the reason of its failure. */
export function HomeCallPhases({ phases }: { phases: readonly PhaseResult[] }) {
  const t = useTranslations('homeCall');
  const duration = useDuration();
  return (
    <ol className="call-phases" aria-label={t('phases')}>
      {phases.map(({ phase, state, ms, fault, reason }) => {
        const Mark = marks[state];
        return (
          <li key={phase} className={`call-phase ${state}`}>
            <Mark aria-hidden="true" />
            <span className="call-phase-name">{t(`phase.${phase}`)}</span>
            <span className="call-phase-end">
              {state === 'ok' && ms !== undefined ? duration(ms) : t(`state.${state}`)}
              {state === 'failed' && <code lang="en"> {[fault, reason].filter(Boolean).join(': ')}</code>}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
