import { useTranslations } from 'use-intl';
import type { OrderOverlap } from '../../app/contract/model.ts';

/** The orders that are for some of the same unit serials: a planner corrects them before the line finds out. */
export function OrderOverlaps({ overlaps }: { overlaps: readonly OrderOverlap[] }) {
  const t = useTranslations('orders');
  return overlaps.map(({ orderId, serials }) => (
    <span className="warn-text block" key={orderId}>
      {t('overlap', { order: orderId, serials })}
    </span>
  ));
}
