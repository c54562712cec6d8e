import { RotateCcw, Star } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Slot } from '../../app/contract/index.ts';

/** Marks of a special unit: the golden one, or one that the station retries by itself. */
export function SlotMarks({ slot: { golden = false, retried = 0 } }: { slot: Slot }) {
  const t = useTranslations('now');
  if (!golden && retried === 0) return null;
  return (
    <span className="tile-marks">
      {golden && (
        <span className="tile-mark golden">
          <Star aria-hidden="true" />
          <span className="mark-words">{t('golden')}</span>
        </span>
      )}
      {retried > 0 && (
        <span className="tile-mark">
          <RotateCcw aria-hidden="true" />
          <span className="mark-words">{t('nthTry', { number: retried + 1 })}</span>
        </span>
      )}
    </span>
  );
}
