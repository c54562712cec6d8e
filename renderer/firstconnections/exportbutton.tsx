import { useTranslations } from 'use-intl';
import { type ConnectionFilter, csvOf } from '../../app/contract/index.ts';
import { SaveTable } from '../controls/savetable.tsx';
import { station } from '../stationclient.ts';

/** More is a matter for the command line, which holds one page in memory. */
const mostRows = 100_000;

/** Saves the list as it is filtered, as CSV. */
export function ExportButton({ filter, total }: { filter: ConnectionFilter; total: number }) {
  const t = useTranslations('firstConnections.export');
  if (total > mostRows) return <p className="hint">{t('tooMany', { count: mostRows })}</p>;
  return (
    <SaveTable
      act={t('act')}
      file={{ what: 'connections', name: 'first-connections.csv', filter }}
      read={() => csvOf((page) => station.call('connections.list', page), filter)}
      disabled={total === 0}
    />
  );
}
