import { useTranslations } from 'use-intl';
import type { JournalEntry } from '../../app/contract/index.ts';
import { wireError } from '../../app/contract/model.ts';
import { Timestamp, useDuration, useUtc } from '../controls/timestamp.tsx';
import { useErrorWords, useReason } from '../words/index.ts';
import { blocksOf, isStepName, readable } from './journal.ts';
import { AgreementWords, AttemptRecipe, ProofWords } from './proofwords.tsx';
import { ScannedLabel } from './scannedlabel.tsx';

/** Who did what, when, with the data that proves it; a block for each attempt. */
export function Timeline({ journal }: { journal: readonly JournalEntry[] }) {
  const t = useTranslations('story');
  const rework = useTranslations('rework');
  return (
    <div className="timeline">
      {blocksOf(readable(journal)).map(({ attempt, entries, first }) => (
        <section key={entries[0]?.entryId}>
          <h3>
            {attempt !== 0 && t('attempt', { attempt })}
            {attempt === 0 && (first ? t('beforeAttempts') : rework('between'))} ·{' '}
            <Timestamp at={entries[0]?.at ?? ''} shape="day" />
            <AttemptRecipe entries={entries} />
          </h3>
          <ol>
            {entries.map((entry) => (
              <Entry key={entry.entryId} entry={entry} />
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}

function Entry({ entry }: { entry: JournalEntry }) {
  const t = useTranslations('story');
  const duration = useDuration();
  const utc = useUtc();
  const words = useEntryWords(entry);
  const proof = Object.keys(entry.data).length > 0;
  return (
    <li className={`entry ${toneOf(entry)}`}>
      <div className="entry-when">
        <Timestamp at={entry.at} shape="time" />
        <span className="hint">{utc(entry.at).slice(11)}</span>
      </div>
      <div className="entry-what">
        <p>
          <strong>{words}</strong> <span className="hint">{t('by', { actor: entry.actor })}</span>
          {entry.ms !== null && <span className="hint"> · {t('took', { time: duration(entry.ms) })}</span>}
        </p>
        <EntryError data={entry.data} />
        <ScannedLabel data={entry.data} />
        {entry.entry === 'step.done' && <ProofWords data={entry.data} />}
        <AgreementWords {...entry} />
        {proof && (
          <details>
            <summary>{t('proof')}</summary>
            <pre>{JSON.stringify({ entryId: entry.entryId, atUtc: entry.at, ...entry.data }, null, 2)}</pre>
          </details>
        )}
      </div>
    </li>
  );
}

/** Why an attempt ended as it did: what happened, and for a refused request the very reason. */
function EntryError({ data }: { data: JournalEntry['data'] }) {
  const table = useErrorWords();
  const reasonOf = useReason();
  const read = wireError.safeParse(data.error);
  if (!read.success) return null;
  const words = table[read.data.code];
  const reason = reasonOf(read.data);
  return (
    <p className="entry-why">
      {words.what} {words.meaning} {reason} <span className="fine code">{read.data.code}</span>
    </p>
  );
}

function toneOf({ entry, data }: JournalEntry): string {
  if (entry === 'golden.passed') return 'good';
  if (entry === 'golden.failed') return 'bad';
  if (entry === 'registration.done') return data.state === 'registered' ? 'good' : 'bad';
  if (
    [
      'step.failed',
      'csr.refused',
      'certificate.voided',
      'revocation.queued',
      'certificate.revoked',
      'unit.scrapped',
    ].includes(entry)
  )
    return 'bad';
  if (entry === 'attempt.ended') return data.outcome === 'PASS' ? 'good' : 'bad';
  return entry.endsWith('.done') ? 'good' : '';
}

/** Entries whose sentence needs nothing but their name. */
const plainWords = [
  'unit-admitted',
  'device-identified',
  'csr-recorded',
  'csr-refused',
  'certificate-reserved',
  'certificate-issued',
  'certificate-voided',
  'revocation-queued',
  'revocation-withdrawn',
  'certificate-revoked',
  'batch-member',
  'batch-left',
  'device-erased',
  'unit-reworked',
  'unit-scrapped',
] as const;

const registrationWords = (state: unknown) => {
  if (state === 'rejected') return 'registration-rejected';
  return state === 'unaccounted' ? 'registration-unaccounted' : 'registration-done';
};

const outcomes = ['PASS', 'FAIL', 'ERROR', 'ABORTED'] as const;

/** The sentence for an entry; an entry this version does not know keeps its own name. */
function useEntryWords({ entry, attempt, step, data }: JournalEntry): string {
  const t = useTranslations();
  const stepWords = step !== null && isStepName(step) ? t(`bench.step.${step}`) : (step ?? '');
  switch (entry) {
    case 'attempt.started':
      return t('story.entry.attempt-started', { attempt });
    case 'attempt.ended': {
      const outcome = outcomes.find((candidate) => candidate === data.outcome);
      const ended = t('story.entry.attempt-ended', { attempt });
      return outcome ? `${ended}: ${t(`story.outcome.${outcome}`)}` : ended;
    }
    case 'step.started':
      return t('story.entry.step-started', { step: stepWords });
    case 'step.done':
      return t('story.entry.step-done', { step: stepWords });
    case 'step.failed':
      return t('story.entry.step-failed', { step: stepWords });
    case 'registration.done':
      return t(`story.entry.${registrationWords(data.state)}`);
    case 'golden.passed':
      return t('rework.golden.passed');
    case 'golden.failed':
      return t('rework.golden.failed');
    default: {
      const plain = plainWords.find((candidate) => candidate === entry.replace('.', '-'));
      if (plain) return t(`story.entry.${plain}`);
      return stepWords === '' ? entry : `${stepWords}: ${entry}`;
    }
  }
}
