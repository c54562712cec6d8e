import { useTranslations } from 'use-intl';
import type { ConnectionsSnapshot } from '../../app/contract/index.ts';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Timestamp } from '../controls/timestamp.tsx';

/** How each target is watched: by AWS's messages, or only by asking in rounds. */
export function WatchedTargets({ watches }: { watches: ConnectionsSnapshot['watches'] }) {
  const t = useTranslations('firstConnections.watch');
  if (watches.length === 0) return <p className="hint">{t('none')}</p>;
  return (
    <ul className="stack" aria-label={t('title')}>
      {watches.map(({ target, events, lookedAt, error }) => (
        <li key={target}>
          <p>
            <strong>{target}</strong>: {t(`events.${events}`)}{' '}
            <span className="hint">
              {t('looked')} {lookedAt === null ? t('never') : <Timestamp at={lookedAt} />}
            </span>
          </p>
          {events === 'refused' && <p className="hint">{t('onlyMessages')}</p>}
          <ErrorNotice error={error} />
        </li>
      ))}
    </ul>
  );
}
