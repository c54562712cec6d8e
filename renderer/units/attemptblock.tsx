import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { isNamed, journalEntryOf, outcome } from '../../app/contract/index.ts';
import { Timestamp, useDuration } from '../controls/timestamp.tsx';
import { useGivenNames } from '../words/givennames.ts';
import { useErrorWords } from '../words/index.ts';
import type { Block } from './journal.ts';
import { AttemptRecipe } from './proofwords.tsx';

const has = (text: string | undefined): text is string => text !== undefined && text !== '';

/** One attempt: folded to a line that says how it ended, how long it took, where, by whom, and why. */
export function AttemptBlock({ block, children }: { block: Block; children: ReactNode }) {
  const t = useTranslations('story');
  const given = useGivenNames();
  const duration = useDuration();
  const wordsOf = useErrorWords();
  const { attempt, entries, open } = block;
  const begun = entries.find((entry) => isNamed(entry, 'attempt.started'));
  const ended = entries.find((entry) => isNamed(entry, 'attempt.ended'));
  const end = ended && journalEntryOf(ended, 'attempt.ended')?.data;
  const read = outcome.safeParse(end?.outcome);
  const slot = begun && journalEntryOf(begun, 'attempt.started')?.data.slotId;
  const facts = [
    read.success ? t(`outcome.${read.data}`) : t('open'),
    ended?.ms === null || ended?.ms === undefined ? undefined : duration(ended.ms),
    typeof slot === 'number' ? t('slot', { slot }) : undefined,
    entries[0] && given.actor(entries[0].actor),
    end?.error && wordsOf(end.error).what,
  ].filter(has);
  return (
    <details className="attempt" open={open}>
      <summary>
        <h3>
          {t('attempt', { attempt })} · <Timestamp at={entries[0]?.at ?? ''} shape="day" />
          <AttemptRecipe entries={entries} />
        </h3>
        <span className={read.success && read.data === 'PASS' ? 'attempt-end good' : 'attempt-end'}>
          {facts.join(' · ')}
        </span>
      </summary>
      {children}
    </details>
  );
}
