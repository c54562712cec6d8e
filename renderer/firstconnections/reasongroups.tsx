import { useTranslations } from 'use-intl';
import type { ConnectionReason, ConnectionsSnapshot } from '../../app/contract/index.ts';
import { Button } from '../controls/button.tsx';

type Props = {
  snapshot: ConnectionsSnapshot;
  onPick: (wanted: { reason: ConnectionReason; state: ''; order: ''; target: '' }) => void;
};

/** What is wrong, the most frequent first, each with the next act. */
export function ReasonGroups({ snapshot, onPick }: Props) {
  const t = useTranslations('firstConnections');
  const counts = new Map<ConnectionReason, number>();
  for (const { reason, count } of snapshot.reasons) counts.set(reason, (counts.get(reason) ?? 0) + count);
  const reasons = [...counts].sort(([, one], [, other]) => other - one);
  const { overdue } = snapshot.total;
  if (reasons.length === 0 && overdue === 0) return null;
  return (
    <section className="card" aria-label={t('reasons')}>
      <h2>{t('reasons')}</h2>
      <ul className="reasons">
        {reasons.map(([reason, count]) => (
          <li key={reason} className="row">
            <div className="grow">
              <strong>{t(`reason.${reason}.what`, { count })}</strong>
              <p className="hint">{t(`reason.${reason}.next`)}</p>
            </div>
            <Button onClick={() => onPick({ reason, state: '', order: '', target: '' })}>
              {t('showUnits', { count })}
            </Button>
          </li>
        ))}
        {overdue > 0 && (
          <li>
            <strong>{t('neverCame.what', { count: overdue })}</strong>
            <p className="hint">{t('neverCame.next')}</p>
          </li>
        )}
      </ul>
    </section>
  );
}
