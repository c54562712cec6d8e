import { Download } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { StationError } from '../../app/contract/index.ts';
import { Button } from './button.tsx';
import { ErrorNotice } from './errornotice.tsx';
import { type SmallFile, saveFile } from './savefile.ts';

type Props = {
  act: string;
  file: SmallFile;
  /** Reads the whole table, for a browser. In the program's window the main process reads it by itself. */
  read: () => Promise<string>;
  disabled: boolean;
};

/** Saves a table as CSV. */
export function SaveTable({ act, file, read, disabled }: Props) {
  const keep = useTranslations('keep');
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState('');
  const [error, setError] = useState<StationError>();
  const save = async () => {
    setBusy(true);
    setSaid('');
    setError(undefined);
    try {
      const name = await saveFile(file, window.birthmark ? '' : await read());
      setSaid(name === undefined ? keep('notSaved') : keep('saved', { name }));
    } catch (cause) {
      setError(cause instanceof StationError ? cause : new StationError('internal', String(cause), { cause }));
    } finally {
      setBusy(false);
    }
  };
  return (
    <span className="ask">
      <Button icon={Download} busy={busy} disabled={disabled} onClick={() => void save()}>
        {act}
      </Button>
      <span className="hint" role="status">
        {said}
      </span>
      <ErrorNotice error={error} />
    </span>
  );
}
