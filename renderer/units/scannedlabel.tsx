import { useTranslations } from 'use-intl';
import { type JournalEntry, scanned } from '../../app/contract/model.ts';
import { asShown } from '../labelrules/ruledraft.ts';

/** The scanned label of an attempt, and its other data besides the serial. */
export function ScannedLabel({ data }: Pick<JournalEntry, 'data'>) {
  const t = useTranslations('labels');
  const read = scanned.safeParse(data.scanned);
  if (!read.success) return null;
  const { text, model, gtin, lot } = read.data;
  const more = [
    model === undefined ? '' : t('try.model', { model }),
    gtin === undefined ? '' : t('try.gtin', { gtin }),
    lot === undefined ? '' : t('try.lot', { lot }),
  ].filter((words) => words !== '');
  return <p className="hint">{[t('scanned', { text: asShown(text) }), ...more].join(' · ')}</p>;
}
