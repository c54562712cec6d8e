import { Download, FileText, type LucideIcon, Printer } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import { StationError } from '../../app/contract/index.ts';
import { station } from '../stationclient.ts';
import { Button } from './button.tsx';
import { ErrorNotice } from './errornotice.tsx';
import {
  type BatchFile,
  type BirthRecordFile,
  type ExportFile,
  printPage,
  type SmallFile,
  saveBatchFile,
  saveBirthRecord,
  saveExport,
  saveFile,
} from './savefile.ts';

const asStationError = (cause: unknown): StationError =>
  cause instanceof StationError ? cause : new StationError('internal', String(cause), { cause });

type Asking = { busy: boolean; said: string; error?: StationError };

type Props = { size?: 'normal' | 'bench'; children: ReactNode };

/** A button for an act that may open a dialog of the system. The result is shown beside it. */
export function AskButton({
  icon,
  size = 'normal',
  disabled = false,
  children,
  act,
}: Props & { icon: LucideIcon; disabled?: boolean; act: (say: (said: string) => void) => Promise<string> }) {
  const [{ busy, said, error }, set] = useState<Asking>({ busy: false, said: '' });
  const run = async () => {
    set({ busy: true, said: '' });
    try {
      set({ busy: false, said: await act((said) => set({ busy: true, said })) });
    } catch (cause) {
      set({ busy: false, said: '', error: asStationError(cause) });
    }
  };
  return (
    <span className="ask">
      <Button icon={icon} size={size} busy={busy} disabled={disabled} onClick={() => void run()}>
        {children}
      </Button>
      <span className="hint" role="status">
        {said}
      </span>
      <ErrorNotice error={error} />
    </span>
  );
}

/** Keeps a file. `text` is its content, for a browser that must make the file itself. */
export function SaveButton({ file, text, ...rest }: Props & { file: SmallFile; text?: string }) {
  const t = useTranslations('keep');
  const act = async () => {
    const name = await saveFile(file, text);
    return name === undefined ? t('notSaved') : t('saved', { name });
  };
  return <AskButton {...rest} icon={Download} act={act} />;
}

/** Keeps a file of a batch, of so many `bytes`. It says how much of it is here. */
export function SaveBatchButton({ file, bytes, ...rest }: Props & { file: BatchFile; bytes: number }) {
  const t = useTranslations('keep');
  const act = async (say: (said: string) => void) => {
    const name = await saveBatchFile(file, station, bytes, (share) => say(t('partHere', { share })));
    return name === undefined ? t('notSaved') : t('saved', { name });
  };
  return <AskButton {...rest} icon={Download} act={act} />;
}

/** Keeps the file of an export, of so many `bytes`. It says how much of it is here. */
export function SaveExportButton({ file, bytes, ...rest }: Props & { file: ExportFile; bytes: number }) {
  const t = useTranslations('keep');
  const act = async (say: (said: string) => void) => {
    const name = await saveExport(file, station, bytes, (share) => say(t('partHere', { share })));
    return name === undefined ? t('notSaved') : t('saved', { name });
  };
  return <AskButton {...rest} icon={Download} act={act} />;
}

/** Keeps the birth record of a unit, which the station makes now. */
export function SaveBirthButton({ file, ...rest }: Props & { file: BirthRecordFile }) {
  const t = useTranslations('keep');
  const act = async () => {
    const name = await saveBirthRecord(file, station);
    return name === undefined ? t('notSaved') : t('saved', { name });
  };
  return <AskButton {...rest} icon={FileText} act={act} />;
}

/** Prints the parts of this page that are marked `printed`. */
export function PrintButton(props: Props) {
  return <AskButton {...props} icon={Printer} act={() => printPage().then(() => '')} />;
}
