import { useTranslations } from 'use-intl';
import type { FirstConnection } from '../../app/contract/index.ts';
import { Timestamp } from '../controls/timestamp.tsx';
import { ConnectionPill } from '../firstconnections/connectionpill.tsx';

/** Whether the unit has connected to each of its targets for the first time. */
export function UnitConnections({ connections }: { connections: readonly FirstConnection[] }) {
  const t = useTranslations('firstConnections');
  if (connections.length === 0) return null;
  return (
    <section className="card">
      <h2>{t('title')}</h2>
      {connections.map((row) => (
        <div key={row.target} className="stack tight">
          <p className="row">
            <span>{t('unit.to', { target: row.target })}</span>
            <ConnectionPill state={row.state} />
          </p>
          <p>
            {row.connectedAt === null ? (
              <>
                {t('due')} <Timestamp at={row.dueAt} shape="day" />
              </>
            ) : (
              <Timestamp at={row.connectedAt} />
            )}{' '}
            {row.clientId !== null && t('unit.connected', { client: row.clientId, address: row.sourceIp ?? '–' })}
            {row.clientId === null && row.source !== null && t(`source.${row.source}`)}
          </p>
          {row.madeName !== null && <p>{t('unit.madeName', { thing: row.madeName })}</p>}
          {row.reason !== null && (
            <>
              <p className="wrong">
                {t(`reason.${row.reason}.name`)}
                {row.tries > 0 && `, ${t('tries', { count: row.tries })}`}
              </p>
              <p className="hint">{t(`reason.${row.reason}.next`)}</p>
            </>
          )}
          <p className="hint">{t(`way.${row.way}`)}</p>
        </div>
      ))}
    </section>
  );
}
