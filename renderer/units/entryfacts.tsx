import { useTranslations } from 'use-intl';
import { type JournalEntry, reasonTold } from '../../app/contract/index.ts';
import { NamedValues } from '../controls/namedvalues.tsx';
import { useCheckWords } from '../words/checkwords.ts';

/** The facts that have a label, in the order in which they are shown. What a program wrote in other fields is below them. */
const facts = [
  ...(['orderId', 'slotId', 'driver', 'model', 'hardwareId', 'hardwareRevision', 'firmware', 'keyType'] as const),
  ...(['keyMark', 'subject', 'spkiSha256', 'serialHex', 'certificateId', 'thingName', 'bytes', 'nonce'] as const),
  ...(['signature', 'compared', 'unread', 'notes', 'clientId', 'batchId', 'line', 'reason', 'agreedBy'] as const),
] as const;

const textOf = (value: unknown): string | undefined => {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return value.every((part) => typeof part === 'string') ? value.join(', ') : undefined;
};

/** What an entry proves, as labelled facts, and below them the entry as it is on record. */
export function EntryFacts({ entry }: { entry: JournalEntry }) {
  const t = useTranslations('story');
  const wordsOf = useCheckWords();
  const labelled = facts.flatMap((name) => {
    const kept = textOf(entry.data[name]);
    const told = name === 'reason' && kept !== undefined ? reasonTold(kept) : undefined;
    const text = told ? wordsOf(told) : kept;
    return text === undefined || text === '' ? [] : [[t(`fact.${name}`), <code key={name}>{text}</code>] as const];
  });
  return (
    <>
      {labelled.length > 0 && <NamedValues facts={labelled} />}
      <p className="hint">{t('onRecord')}</p>
      <pre>{JSON.stringify({ entryId: entry.entryId, atUtc: entry.at, ...entry.data }, null, 2)}</pre>
    </>
  );
}
