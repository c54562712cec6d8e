import { useTranslations } from 'use-intl';
import type { JournalEntry } from '../../app/contract/index.ts';
import { useDuration } from '../controls/timestamp.tsx';
import { lastStepTimes } from './journal.ts';

/** The times of the last attempt. Every bar has its number. */
export function StepTimes({ journal }: { journal: readonly JournalEntry[] }) {
  const t = useTranslations();
  const duration = useDuration();
  const times = lastStepTimes(journal);
  const longest = Math.max(...times.map((time) => time.ms));
  if (times.length === 0) return null;
  return (
    <section className="card">
      <h2>{t('story.duration')}</h2>
      <ol className="times">
        {times.map(({ step, ms }) => (
          <li key={step}>
            <span>{t(`bench.stepShort.${step}`)}</span>
            <span className="times-bar">
              <span style={{ width: `${(ms / longest) * 100}%` }} />
            </span>
            <span className="number">{duration(ms)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
