import { CloudUpload, RotateCcw, Square } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { BatchMember, BatchProgress, BatchRow, Person, StationStatus } from '../../app/contract/index.ts';
import { batchStates, memberState, phaseOf } from '../../app/contract/model.ts';
import { useFilter } from '../address.ts';
import { useAct } from '../calls.ts';
import { BackLink } from '../controls/backlink.tsx';
import { Button } from '../controls/button.tsx';
import { Confirm } from '../controls/confirm.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { goTo, hrefTo } from '../route.ts';
import { useBatches } from '../stationclient.ts';
import { BatchCheck } from './batchcheck.tsx';
import { batchCounts } from './batchcounts.ts';
import { BatchPill } from './batchpills.tsx';
import { BatchProgressBar } from './batchprogressbar.tsx';
import { BatchStory } from './batchstory.tsx';
import { CloudNotice } from './cloudnotice.tsx';
import { Members } from './members.tsx';

type Props = { batchId: string; person: Person; status: StationStatus | undefined };

/** One batch: its submission, its progress, and the result of each unit. */
export function BatchPage({ batchId, person, status }: Props) {
  const t = useTranslations();
  const snapshot = useBatches();
  const batch = snapshot?.batches.find((candidate) => candidate.batchId === batchId);
  const progress = snapshot?.progress.find((candidate) => candidate.batchId === batchId);
  const [filter, setFilter] = useFilter<BatchMember['state'] | ''>('state', '', memberState.options);
  return (
    <div className="page fill">
      <BackLink href={hrefTo.batches}>{t('batches.back')}</BackLink>
      {!snapshot && <p className="loading">{t('app.loading')}</p>}
      {snapshot && !batch && <ErrorNotice error={{ code: 'batch.notFound', detail: batchId }} />}
      {batch && (
        <>
          <div className="page-head">
            <h1>{batch.batchId}</h1>
            <BatchPill state={batch.state} />
            <span className="grow" />
            {person.role === 'engineer' && <Acts batch={batch} submitting={progress !== undefined} status={status} />}
          </div>
          {person.role === 'engineer' &&
            !progress &&
            phaseOf(batch.state) !== 'complete' &&
            batch.way !== 'withoutCa' && <CloudNotice status={status} />}
          <p className="hint">
            {t('batches.count', { count: batch.count })} · {t('ways.target')} <strong>{batch.target}</strong> ·{' '}
            {t(`ways.name.${batch.way}`)}
            {batch.template !== null && ` · ${t('ways.template', batch.template)}`}
            {batch.lineOrder !== null && ` · ${t('ways.lineOf', { order: batch.lineOrder })}`} · {batch.createdBy},{' '}
            <Timestamp at={batch.createdAt} />
            {batch.taskId !== null && ` · ${t('batches.task')} ${batch.taskId}`}
            {batch.digest !== null && (
              <>
                {' · '}
                <span title={batch.digest}>{t('batches.digest')}: </span>
                <code>{batch.digest.slice(0, 16)}…</code>
              </>
            )}
          </p>
          {progress && <BatchProgressBar progress={progress} />}
          {batch.error?.code !== 'cloud.caNotRegistered' && <ErrorNotice error={batch.error} />}
          <Counts batch={batch} progress={progress} filter={filter} onFilter={setFilter} />
          {progress && batch.way === 'bulk' && batchStates[progress.state].stage === 'task' && (
            <p className="hint">{t('batches.liveCounts')}</p>
          )}
          {person.role === 'engineer' && status?.cloud && !progress && isBeforeTask(batch) && (
            <BatchCheck batchId={batchId} />
          )}
          <BatchStory batch={batch} />
          <Members batch={batch} filter={filter} />
        </>
      )}
    </div>
  );
}

type ActsProps = { batch: BatchRow; submitting: boolean; status: StationStatus | undefined };

/** Submits a batch that stopped on its way. It continues from its state. */
function Acts({ batch, submitting, status }: ActsProps) {
  const t = useTranslations();
  const submit = useAct('batches.submit');
  const stop = useAct('batches.stop');
  const requeue = useAct('batches.requeue');
  const [asking, setAsking] = useState(false);
  const { batchId, state } = batch;
  const cloud = status?.cloud;
  const again = async () => {
    const made = await requeue.run({ batchId });
    if (made) goTo(hrefTo.batch(made.batchId));
  };
  return (
    <>
      {submitting && (
        <Button size="bench" kind="danger" icon={Square} onClick={() => setAsking(true)}>
          {t('batches.stop')}
        </Button>
      )}
      {!submitting && canRequeue(batch) && (
        <Button size="bench" icon={RotateCcw} busy={requeue.busy} onClick={() => void again()}>
          {t('batches.requeue', { count: batch.count - batch.registered })}
        </Button>
      )}
      {!submitting && phaseOf(state) !== 'complete' && (
        <>
          {cloud && batch.way === 'bulk' && cloud.name === batch.target && (
            <span className="hint acts-hint">
              {t('batches.submitHint', { count: batch.count, bucket: cloud.bucket, region: cloud.region })}
            </span>
          )}
          <Button
            size="bench"
            kind="primary"
            icon={CloudUpload}
            busy={submit.busy}
            onClick={() => void submit.run({ batchId })}
          >
            {phaseOf(state) === 'ready' ? t('batches.submit') : t('batches.submitAgain')}
          </Button>
        </>
      )}
      <Confirm
        open={asking}
        title={t('batches.stopTitle', { batch: batchId })}
        meaning={t('batches.stopMeaning')}
        act={t('batches.stop')}
        busy={stop.busy}
        onCancel={() => setAsking(false)}
        onConfirm={async () => {
          if (await stop.run({ batchId })) setAsking(false);
        }}
      >
        <ErrorNotice error={stop.error} />
      </Confirm>
      <ErrorNotice error={submit.error} />
      <ErrorNotice error={requeue.error} />
    </>
  );
}

const isBeforeTask = ({ way, state }: BatchRow) => way === 'bulk' && batchStates[state].movedBy === 'person';

/** A batch that ended and left units without a thing. */
const canRequeue = ({ state, registered, count }: BatchRow) => batchStates[state].stage === 'end' && registered < count;

function Counts({
  batch,
  progress,
  filter,
  onFilter,
}: {
  batch: BatchRow;
  progress: BatchProgress | undefined;
  filter: BatchMember['state'] | '';
  onFilter: (state: BatchMember['state'] | '') => void;
}) {
  const t = useTranslations();
  const counts = batchCounts(batch, progress);
  const choices = [
    ['', t('common.all'), batch.count],
    ['registered', t('batches.registered'), counts.registered],
    ['rejected', t('batches.rejected'), counts.rejected],
    ['unaccounted', t('batches.unaccounted'), counts.unaccounted],
    ['waiting', t('batches.waitingUnits'), counts.waiting],
  ] as const;
  return (
    <fieldset className="counts" aria-label={t('batches.memberFilter')}>
      {choices.map(([state, label, count]) => (
        <button
          key={state}
          type="button"
          className={`count ${state}`}
          aria-pressed={filter === state}
          onClick={() => onFilter(state)}
        >
          <span className="number">{count}</span>
          {label}
        </button>
      ))}
    </fieldset>
  );
}
