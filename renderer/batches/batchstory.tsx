import { useTranslations } from 'use-intl';
import type { BatchFileFacts, BatchReason, BatchRow, BatchStep } from '../../app/contract/index.ts';
import { batchStates, isAtAws } from '../../app/contract/model.ts';
import { useRead } from '../calls.ts';
import { CopyButton } from '../controls/copybutton.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { SaveBatchButton } from '../controls/savebuttons.tsx';
import { Timestamp, useDuration } from '../controls/timestamp.tsx';
import { hrefTo } from '../route.ts';
import { BatchPill } from './batchpills.tsx';
import { fixOf } from './reasonfix.ts';
import { ReasonText } from './reasontext.tsx';

/** What happened to a batch: its states with their times, why units were refused with the fix, and its files. */
export function BatchStory({ batch }: { batch: BatchRow }) {
  const t = useTranslations('batches');
  const words = useTranslations('ways');
  const { batchId, state, registered, rejected, unaccounted, template } = batch;
  const { data, error } = useRead('batches.story', { batchId }, `${state} ${registered} ${rejected} ${unaccounted}`);
  if (error) return <ErrorNotice error={error} />;
  if (!data) return null;
  return (
    <>
      {data.reasons.length > 0 && <Reasons reasons={data.reasons} />}
      <details className="card story">
        <summary>{t('story')}</summary>
        <Steps steps={data.steps} count={registered + rejected + unaccounted} />
        {template !== null && (
          <p className="row">
            {words('template', template)}
            <CopyButton text={template.hash} label={t('copyDigest')} />
          </p>
        )}
        {data.files.length > 0 && <Files files={data.files} batchId={batchId} />}
      </details>
    </>
  );
}

/** When each state began and how long it took. The whole has a rate once it has ended. */
function Steps({ steps, count }: { steps: readonly BatchStep[]; count: number }) {
  const t = useTranslations('batches');
  const duration = useDuration();
  const after = (index: number) => {
    const [from, to] = [steps[index]?.at, steps[index + 1]?.at];
    return from === undefined || to === undefined ? undefined : Date.parse(to) - Date.parse(from);
  };
  const [running, last] = [steps.findLast(({ state }) => isAtAws(state)), steps.at(-1)];
  const isOver = last !== undefined && batchStates[last.state].stage === 'end';
  const ms = running && isOver ? Date.parse(last.at) - Date.parse(running.at) : 0;
  return (
    <>
      <ol className="steps-of-batch" aria-label={t('steps')}>
        {steps.map((step, index) => (
          <li key={`${step.at} ${step.state}`} className="row">
            <BatchPill state={step.state} />
            <Timestamp at={step.at} />
            <span className="hint">
              {step.actor}
              {after(index) !== undefined && ` · ${duration(after(index) ?? 0)}`}
            </span>
          </li>
        ))}
      </ol>
      {ms > 0 && (
        <p className="hint">{t('took', { time: duration(ms), rate: Math.round((count / ms) * 100_000) / 100 })}</p>
      )}
    </>
  );
}

function Reasons({ reasons }: { reasons: readonly BatchReason[] }) {
  const t = useTranslations('batches');
  return (
    <section className="card" aria-label={t('reasons')}>
      <h2>{t('reasons')}</h2>
      <ul className="reasons">
        {reasons.map(({ reason, state, count, example }) => (
          <li key={`${state} ${reason}`}>
            <strong>{t('reasonCount', { count })}</strong> <ReasonText reason={reason} />
            <p className="hint">
              {t(`fix.${fixOf(reason)}`)} <a href={hrefTo.unit(example)}>{t('example', { unit: example })}</a>
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Files({ files, batchId }: { files: readonly BatchFileFacts[]; batchId: string }) {
  const t = useTranslations('batches');
  return (
    <>
      <h3>{t('files')}</h3>
      <ul className="reasons">
        {files.map(({ kind, name, digest, lines, bytes }) => (
          <li key={kind}>
            <strong>{t(`kept.${kind}`)}</strong>{' '}
            <span className="hint">{t('fileSize', { lines, megabytes: bytes / 1_000_000 })}</span>
            <p className="row">
              <code className="mono">{name}</code>
              <CopyButton text={digest} label={t('copyDigest')} />
            </p>
            <SaveBatchButton file={{ what: 'batchFile', name, batchId, kind }} bytes={bytes}>
              {t('saveKept')}
            </SaveBatchButton>
          </li>
        ))}
      </ul>
      <p className="hint">
        {t('filesHint')} <code>birthmark batch file {batchId} --out FILE</code>,{' '}
        <code>birthmark batch reports {batchId} --out FOLDER</code>
      </p>
    </>
  );
}
