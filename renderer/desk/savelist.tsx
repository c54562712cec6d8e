import { Download, X } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { type ListFile, type ListFormat, StationError } from '../../app/contract/index.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { saveList } from '../controls/savefile.ts';
import { station } from '../stationclient.ts';

type Saving = { format: ListFormat; rows: number; stop: AbortController };

/** Saves a list as it is seen, as CSV or as JSON Lines. It can be stopped, and then nothing is kept. */
export function SaveList({ asked, columns, disabled }: Omit<ListFile, 'format'> & { disabled: boolean }) {
  const t = useTranslations('desk');
  const keep = useTranslations('keep');
  const [saving, setSaving] = useState<Saving>();
  const [said, setSaid] = useState('');
  const [error, setError] = useState<StationError>();
  const latest = useRef<AbortController>(undefined);
  const save = async (format: ListFormat) => {
    const stop = new AbortController();
    latest.current = stop;
    setSaid('');
    setError(undefined);
    setSaving({ format, rows: 0, stop });
    try {
      const request = { what: 'list', name: `${asked.list}.${format}`, file: { asked, format, columns } } as const;
      const onRows = (rows: number) => setSaving({ format, rows, stop });
      const name = await saveList(request, station, { onRows, signal: stop.signal });
      setSaid(name === undefined ? keep('notSaved') : keep('saved', { name }));
    } catch (cause) {
      if (stop.signal.aborted) setSaid(t('stopped'));
      else setError(cause instanceof StationError ? cause : new StationError('internal', String(cause), { cause }));
    } finally {
      setSaving(undefined);
    }
  };
  return (
    <>
      {(['csv', 'jsonl'] as const).map((format) => (
        <Button
          key={format}
          icon={Download}
          busy={saving?.format === format}
          disabled={disabled || saving !== undefined}
          onClick={() => void save(format)}
        >
          {t(`save.${format}`)}
        </Button>
      ))}
      {saving && (
        <Button kind="quiet" icon={X} onClick={() => latest.current?.abort()}>
          {t('stop')}
        </Button>
      )}
      <span className="hint" role="status">
        {saving ? t('rowsHere', { count: saving.rows }) : said}
      </span>
      <ErrorNotice error={error} />
    </>
  );
}
