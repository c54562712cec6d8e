import { useTranslations } from 'use-intl';
import { isNamed, type JournalEntry, journalEntryOf, recipeMark } from '../../app/contract/index.ts';
import { knows } from '../words/index.ts';

const kinds = ['nonce', 'freshCsr', 'publicKey', 'csr'] as const;
const items = { certificate: 1, chain: 1, rootCa: 1, endpoint: 1, thingName: 1, unitSerial: 1 } as const;

const names = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((name): name is string => typeof name === 'string') : [];

/**
 * The unit's proof that it holds its key, the compared items, and those that could not be read back. Weaker proofs are
 * named as such.
 */
export function ProofWords({ data }: { data: JournalEntry['data'] }) {
  const t = useTranslations('rework.proof');
  const kind = kinds.find((candidate) => candidate === data.proof);
  if (!kind) return null;
  const list = (value: unknown) =>
    names(value)
      .map((name) => (knows(items, name) ? t(`item.${name}`) : name))
      .join(', ');
  const compared = list(data.compared);
  const unread = list(data.unread);
  return (
    <div className="entry-proof">
      <p>{t(`kind.${kind}`)}</p>
      {compared !== '' && <p>{t('compared', { items: compared })}</p>}
      {unread !== '' && <p className="unread">{t('unread', { items: unread })}</p>}
    </div>
  );
}

/** The act on which two people agreed, in their words. */
export function AgreementWords({ entry }: { entry: JournalEntry }) {
  const t = useTranslations('rework');
  const agreed = journalEntryOf(entry, 'unit.reworked') ?? journalEntryOf(entry, 'unit.scrapped');
  if (!agreed) return null;
  const { reason, agreedBy } = agreed.data;
  return <p className="entry-why">{t('agreed', { reason, actor: entry.actor, second: agreedBy })}</p>;
}

/** The recipe of an attempt. */
export function AttemptRecipe({ entries }: { entries: readonly JournalEntry[] }) {
  const t = useTranslations('recipes');
  const started = entries.find((entry) => isNamed(entry, 'attempt.started'));
  const mark = recipeMark.safeParse(started?.data.recipe);
  if (!mark.success) return null;
  const { version, hash } = mark.data;
  return (
    <span className="attempt-recipe">
      {version === 0 ? t('standard') : t('nameVersion', mark.data)} <code>{hash}</code>
    </span>
  );
}
