import { Download } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { type ConnectionFilter, csvOf, StationError } from '../../app/contract/index.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { saveFile } from '../controls/savefile.ts';
import { station } from '../stationclient.ts';

/** More is a matter for the command line, which holds one page in memory. */
const mostRows = 100_000;

/** Saves the list as it is filtered, as CSV. */
export function ExportButton({ filter, total }: { filter: ConnectionFilter; total: number }) {
  const t = useTranslations('firstConnections.export');
  const keep = useTranslations('keep');
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState('');
  const [error, setError] = useState<StationError>();
  const save = async () => {
    setBusy(true);
    setSaid('');
    setError(undefined);
    try {
      // In the program's window the main process reads the list by itself.
      const text = window.birthmark ? '' : await csvOf((page) => station.call('connections.list', page), filter);
      const name = await saveFile({ what: 'connections', name: 'first-connections.csv', filter }, text);
      setSaid(name === undefined ? keep('notSaved') : keep('saved', { name }));
    } catch (cause) {
      setError(cause instanceof StationError ? cause : new StationError('internal', String(cause), { cause }));
    } finally {
      setBusy(false);
    }
  };
  if (total > mostRows) return <p className="hint">{t('tooMany', { count: mostRows })}</p>;
  return (
    <span className="ask">
      <Button icon={Download} busy={busy} disabled={total === 0} onClick={() => void save()}>
        {t('act')}
      </Button>
      <span className="hint" role="status">
        {said}
      </span>
      <ErrorNotice error={error} />
    </span>
  );
}
