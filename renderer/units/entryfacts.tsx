import { useTranslations } from 'use-intl';
import { errorInReason, isNamed, type JournalEntry, reasonTold } from '../../app/contract/index.ts';
import { MachineText } from '../controls/machinetext.tsx';
import { NamedValues } from '../controls/namedvalues.tsx';
import { useCheckWords } from '../words/checkwords.ts';
import { useErrorWords } from '../words/index.ts';

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
  const labelled = facts.flatMap((name) => {
    const text = textOf(entry.data[name]);
    if (text === undefined || text === '') return [];
    const shown =
      name === 'reason' ? <Reason key={name} entry={entry} reason={text} /> : <code key={name}>{text}</code>;
    return [[t(`fact.${name}`), shown] as const];
  });
  return (
    <>
      {labelled.length > 0 && <NamedValues facts={labelled} />}
      <p className="hint">{t('onRecord')}</p>
      <pre>{JSON.stringify({ entryId: entry.entryId, atUtc: entry.at, ...entry.data }, null, 2)}</pre>
    </>
  );
}

/** A reason of the station in the language of the screen; what a machine said as it said it; and the words of people. */
function Reason({ entry, reason }: { entry: JournalEntry; reason: string }) {
  const wordsOf = useCheckWords();
  const errorWordsOf = useErrorWords();
  const told = reasonTold(reason);
  if (told) return <code>{wordsOf(told)}</code>;
  if (isNamed(entry, 'unit.reworked', 'unit.scrapped')) return <code>{reason}</code>;
  const error = errorInReason(reason);
  if (!error) return <MachineText text={reason} />;
  return (
    <>
      {errorWordsOf(error).what} <MachineText text={error.detail} />
    </>
  );
}
