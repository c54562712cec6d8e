import { TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Person, StationStatus } from '../../app/contract/index.ts';

/**
 * Warns an engineer that another program synchronises the data folder. An operator cannot move the folder and gets no
 * warning.
 */
export function SyncedFolder({ status, person }: { status: StationStatus | undefined; person: Person | null }) {
  const t = useTranslations('folder');
  const by = status?.folderSyncedBy;
  if (by === undefined || person?.role !== 'engineer') return null;
  return (
    <section className="ending" aria-label={t('label')}>
      <TriangleAlert aria-hidden="true" />
      <p>
        <strong>{t('synced', { by })}</strong> {t('move', { by })}
      </p>
    </section>
  );
}
