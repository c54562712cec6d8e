import { Download } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { AskButton } from './savebuttons.tsx';
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
  const t = useTranslations('keep');
  const save = async () => {
    const name = await saveFile(file, window.birthmark ? '' : await read());
    return name === undefined ? t('notSaved') : t('saved', { name });
  };
  return (
    <AskButton icon={Download} disabled={disabled} act={save}>
      {act}
    </AskButton>
  );
}
