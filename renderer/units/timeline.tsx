import { useTranslations } from 'use-intl';
import {
  errorInReason,
  isJournalName,
  isNamed,
  type JournalEntry,
  type JournalName,
  journalEntryOf,
  outcome,
  type WireError,
  wireError,
} from '../../app/contract/index.ts';
import { HomeCallPhases } from '../bench/homecallphases.tsx';
import { Timestamp, useDuration, useUtc } from '../controls/timestamp.tsx';
import { useGivenNames } from '../words/givennames.ts';
import { useErrorWords, useReason } from '../words/index.ts';
import { keyOf } from '../words/shape.ts';
import { AttemptBlock } from './attemptblock.tsx';
import { EntryFacts } from './entryfacts.tsx';
import { blocksOf, isStepName } from './journal.ts';
import { AgreementWords, ProofWords } from './proofwords.tsx';
import { ScannedLabel } from './scannedlabel.tsx';

/** The history of a unit with people, times and proofs. Each attempt has a block. */
export function Timeline({ journal }: { journal: readonly JournalEntry[] }) {
  const t = useTranslations('story');
  const rework = useTranslations('rework');
  return (
    <div className="timeline">
      {blocksOf(journal).map((block) => {
        const { attempt, entries, first } = block;
        const list = (
          <ol>
            {entries.map((entry) => (
              <Entry key={entry.entryId} entry={entry} />
            ))}
          </ol>
        );
        const key = entries[0]?.entryId;
        if (attempt !== 0)
          return (
            <AttemptBlock key={key} block={block}>
              {list}
            </AttemptBlock>
          );
        return (
          <section key={key}>
            <h3>
              {first ? t('beforeAttempts') : rework('between')} · <Timestamp at={entries[0]?.at ?? ''} shape="day" />
            </h3>
            {list}
          </section>
        );
      })}
    </div>
  );
}

function Entry({ entry }: { entry: JournalEntry }) {
  const t = useTranslations('story');
  const given = useGivenNames();
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
          <strong>{words}</strong> <span className="hint">{t('by', { actor: given.actor(entry.actor) })}</span>
          {typeof entry.data.handedTo === 'string' && (
            <span className="hint"> · {t('handedTo', { actor: entry.data.handedTo })}</span>
          )}
          {entry.ms !== null && <span className="hint"> · {t('took', { time: duration(entry.ms) })}</span>}
        </p>
        <EntryError entry={entry} />
        <ScannedLabel data={entry.data} />
        {isNamed(entry, 'step.done') && <ProofWords data={entry.data} />}
        <EntryCall entry={entry} />
        <AgreementWords entry={entry} />
        {proof && (
          <details open={!isJournalName(entry.entry)}>
            <summary>{t('proof')}</summary>
            <EntryFacts entry={entry} />
          </details>
        )}
      </div>
    </li>
  );
}

/** How far the device came when it connected at the bench. */
function EntryCall({ entry }: { entry: JournalEntry }) {
  const call = journalEntryOf(entry, 'device.calledHome')?.data;
  return call ? <HomeCallPhases phases={call.phases} /> : null;
}

/** The error of an attempt, and for a refused request its exact reason. Or the error for which AWS made no certificate. */
function EntryError({ entry }: { entry: JournalEntry }) {
  const wordsOf = useErrorWords();
  const reasonOf = useReason();
  const notMade = journalEntryOf(entry, 'certificate.notMade')?.data.reason;
  const error: WireError | undefined =
    wireError.safeParse(entry.data.error).data ?? (notMade === undefined ? undefined : errorInReason(notMade));
  if (!error) return null;
  const words = wordsOf(error);
  const reason = reasonOf(error);
  return (
    <p className="entry-why">
      {words.what} {words.meaning} {reason} <span className="fine code">{error.code}</span>
    </p>
  );
}

/** Entries without a tone stay plain. `toneOf` decides those whose tone depends on their data. */
const tones: Partial<Record<JournalName, 'good' | 'bad'>> = {
  'step.done': 'good',
  'golden.passed': 'good',
  'golden.failed': 'bad',
  'csr.refused': 'bad',
  'certificate.voided': 'bad',
  'certificate.notMade': 'bad',
  'certificate.lost': 'bad',
  'connection.seen': 'good',
  'connection.failed': 'bad',
  'revocation.queued': 'bad',
  'certificate.revoked': 'bad',
  'unit.scrapped': 'bad',
};

function toneOf(entry: JournalEntry): string {
  const { data } = entry;
  if (isNamed(entry, 'registration.done')) return data.state === 'registered' ? 'good' : 'bad';
  if (isNamed(entry, 'device.calledHome')) return data.connected === true ? 'good' : 'bad';
  if (isNamed(entry, 'attempt.ended')) return data.outcome === 'PASS' ? 'good' : 'bad';
  return (isJournalName(entry.entry) && tones[entry.entry]) || '';
}

/** The sentence for an entry. An entry that this version does not know keeps its name. */
function useEntryWords(entry: JournalEntry): string {
  const t = useTranslations();
  const { attempt, step } = entry;
  const stepWords = step !== null && isStepName(step) ? t(`bench.step.${step}`) : (step ?? '');
  const { entry: name } = entry;
  if (!isJournalName(name)) return stepWords === '' ? name : `${stepWords}: ${name}`;
  switch (name) {
    case 'attempt.started':
      return t('entries.attempt-started', { attempt });
    case 'attempt.ended': {
      const read = outcome.safeParse(entry.data.outcome);
      const ended = t('entries.attempt-ended', { attempt });
      return read.success ? `${ended}: ${t(`story.outcome.${read.data}`)}` : ended;
    }
    case 'step.done':
      return t('entries.step-done', { step: stepWords });
    case 'registration.done': {
      const { state } = journalEntryOf(entry, name)?.data ?? {};
      return state ? t(`story.registrationResult.${state}`) : t('entries.registration-done');
    }
    case 'connection.failed': {
      const { reason } = journalEntryOf(entry, name)?.data ?? {};
      const failed = t('entries.connection-failed');
      return reason ? `${failed}: ${t(`firstConnections.reason.${reason}.name`)}` : failed;
    }
    default:
      return t(`entries.${keyOf(name)}`);
  }
}
