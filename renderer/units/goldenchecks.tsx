import { CircleCheck, OctagonX, Star } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { isNamed, type JournalEntry } from '../../app/contract/index.ts';
import { Timestamp } from '../controls/timestamp.tsx';

const shown = 20;

/** The checks of this unit as the golden unit, the latest first. */
export function GoldenChecks({ journal }: { journal: readonly JournalEntry[] }) {
  const t = useTranslations('rework.golden');
  const checks = journal.filter((entry) => isNamed(entry, 'golden.passed', 'golden.failed')).reverse();
  if (checks.length === 0) return null;
  return (
    <section className="card">
      <h2 className="golden-title">
        <Star aria-hidden="true" />
        {t('title')}
      </h2>
      <p className="hint">{t('hint')}</p>
      <ol className="golden-checks">
        {checks.slice(0, shown).map((entry) => {
          const { entryId, at, actor } = entry;
          const passed = isNamed(entry, 'golden.passed');
          const Icon = passed ? CircleCheck : OctagonX;
          return (
            <li key={entryId} className={passed ? 'good' : 'bad'}>
              <Icon aria-hidden="true" />
              <strong>{passed ? t('passed') : t('failed')}</strong>
              <span className="hint">
                <Timestamp at={at} /> · {actor}
              </span>
            </li>
          );
        })}
      </ol>
      {checks.length > shown && <p className="hint">{t('more', { count: checks.length - shown })}</p>}
    </section>
  );
}
