import { type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { PolicyStarter } from '../../app/contract/index.ts';
import { useRead } from '../calls.ts';
import { Confirm } from '../controls/confirm.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { FilePick } from '../controls/filepick.tsx';
import { SaveButton } from '../controls/savebuttons.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { type DecisionRow, rowOf } from './decisionrows.ts';
import { PolicyWorkbench } from './policyworkbench.tsx';

type Props = {
  /** The name of its files. */
  name: string;
  text: string;
  /** Without it the text can only be read. */
  onText: ((text: string) => void) | undefined;
  /** Whether a person typed what is not saved, and would lose it by another text. */
  typed: boolean;
  onValid: (valid: boolean) => void;
  /** Stands before the editor. */
  children?: ReactNode;
};

type Choice = PolicyStarter['name'] | 'none';

/** A policy that is being written: from a starter, from a file, or from what is on record. */
export function PolicyDraft({ name, text, onText, typed, onValid, children }: Props) {
  const t = useTranslations('policies');
  const starters = useRead('policies.starters', {});
  const [rows, setRows] = useState<DecisionRow[]>([]);
  const [waiting, setWaiting] = useState<{ text: string; rows?: DecisionRow[] }>();
  const take = (next: { text: string; rows?: DecisionRow[] }) => {
    onText?.(next.text);
    if (next.rows) setRows(next.rows);
    setWaiting(undefined);
  };
  const isStarter = starters.data?.some((starter) => starter.text === text);
  const offer = (next: { text: string; rows?: DecisionRow[] }) => (typed && !isStarter ? setWaiting(next) : take(next));
  const begin = (choice: Choice) => {
    const starter = starters.data?.find((one) => one.name === choice);
    if (starter) offer({ text: starter.text, rows: starter.rows.map(rowOf) });
  };
  const chosen: Choice = starters.data?.find((starter) => starter.text === text)?.name ?? 'none';
  const choices: Choice[] = ['none', ...(starters.data ?? []).map((starter) => starter.name)];
  return (
    <div className="stack">
      <div className="policy-begin">
        {children}
        {onText && (
          <>
            <SelectField
              label={t('start')}
              value={chosen}
              options={choices.map((choice) => ({ value: choice, label: t(`starter.${choice}`) }))}
              onPick={begin}
            />
            <FilePick
              label={t('openFile')}
              accept=".json"
              chosen={t('openFileHint')}
              onFiles={([file]) => void file?.text().then((read) => offer({ text: read }))}
            />
          </>
        )}
        {text.trim() !== '' && (
          <SaveButton file={{ what: 'text', name: `${name}.json`, content: text }}>{t('saveFile')}</SaveButton>
        )}
      </div>
      <ErrorNotice error={starters.error} />
      <PolicyWorkbench {...{ name, text, onText, rows, onValid }} onRows={setRows} />
      <Confirm
        open={waiting !== undefined}
        title={t('replaceTitle')}
        meaning={t('replaceMeaning')}
        act={t('replace')}
        onCancel={() => setWaiting(undefined)}
        onConfirm={() => waiting && take(waiting)}
      />
    </div>
  );
}
