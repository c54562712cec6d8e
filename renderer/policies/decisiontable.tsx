import { ListPlus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { PolicyOutcome } from '../../app/contract/index.ts';
import { Button } from '../controls/button.tsx';
import { FilePick } from '../controls/filepick.tsx';
import { SaveButton } from '../controls/savebuttons.tsx';
import { DecisionLine } from './decisionline.tsx';
import { type DecisionRow, fileOf, requestOf, rowOf, rowsOf } from './decisionrows.ts';

type Props = {
  rows: readonly DecisionRow[];
  onRows: (rows: DecisionRow[]) => void;
  /** By the id of the row. None while the text is no policy. */
  outcomes: ReadonlyMap<number, PolicyOutcome>;
  fresh: boolean;
  /** The name of the file of the rows. */
  file: string;
};

/** Requests and what the policy decides about each, while a person types. */
export function DecisionTable({ rows, onRows, outcomes, fresh, file }: Props) {
  const t = useTranslations('policies');
  const [refused, setRefused] = useState(false);
  const take = async (files: File[]) => {
    const read = rowsOf((await files[0]?.text()) ?? '');
    setRefused(!read);
    if (read) onRows(read);
  };
  const change = (row: DecisionRow) => onRows(rows.map((one) => (one.id === row.id ? row : one)));
  const like = rows.at(-1) ?? { action: 'iot:Connect', resource: '', context: '' };
  const blank = {
    ...rowOf({ action: like.action, resource: '', context: {} }),
    context: like.context,
    resource: like.resource,
  };
  return (
    <section className="stack tight" aria-label={t('table.title')}>
      <div className="stack tight">
        <h3>{t('table.title')}</h3>
        <p className="hint">{t('table.hint')}</p>
      </div>
      {rows.length > 0 && (
        <ol className="decisions" aria-busy={!fresh}>
          {rows.map((row, index) => (
            <DecisionLine
              key={row.id}
              row={row}
              number={index + 1}
              outcome={outcomes.get(row.id)}
              onRow={change}
              onRemove={() => onRows(rows.filter((one) => one.id !== row.id))}
            />
          ))}
        </ol>
      )}
      <div className="row">
        <Button icon={ListPlus} disabled={rows.length >= 200} onClick={() => onRows([...rows, blank])}>
          {t('table.add')}
        </Button>
        {rows.some(requestOf) && (
          <SaveButton file={{ what: 'text', name: `${file}.requests.json`, content: fileOf(rows) }}>
            {t('table.save')}
          </SaveButton>
        )}
      </div>
      <FilePick
        label={t('table.load')}
        accept=".json"
        chosen={refused ? t('table.loadRefused') : t('table.loadHint')}
        onFiles={(files) => void take(files)}
      />
    </section>
  );
}
