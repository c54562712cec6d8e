import { Layers } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { BatchesSnapshot, BatchRow, Person, StationStatus } from '../../app/contract/index.ts';
import { EmptyState } from '../controls/emptystate.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { hrefTo } from '../route.ts';
import { useBatches } from '../stationclient.ts';
import { batchCounts } from './batchcounts.ts';
import { BatchPill } from './batchpills.tsx';
import { BatchProgressBar } from './batchprogressbar.tsx';
import { CloudNotice } from './cloudnotice.tsx';
import { NewBatch } from './newbatch.tsx';

/** From passed units to registered things. */
export function BatchList({ person, status }: { person: Person; status: StationStatus | undefined }) {
  const t = useTranslations();
  const snapshot = useBatches();
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('batches.title')}</h1>
        <span className="grow" />
        {status?.cloud && (
          <a className="button" href={hrefTo.drift}>
            {t('drift.open')}
          </a>
        )}
      </div>
      {!snapshot && <p className="loading">{t('app.loading')}</p>}
      {snapshot && (
        <>
          {person.role === 'engineer' && <CloudNotice status={status} />}
          <NewBatch snapshot={snapshot} person={person} />
          {snapshot.batches.length === 0 ? (
            <EmptyState icon={Layers} title={t('batches.empty')} hint={t('batches.emptyHint')} />
          ) : (
            <ul className="cards" aria-label={t('batches.list')}>
              {snapshot.batches.map((batch) => (
                <BatchCard key={batch.batchId} batch={batch} snapshot={snapshot} />
              ))}
            </ul>
          )}
        </>
      )}
    </div>
  );
}

function BatchCard({ batch, snapshot }: { batch: BatchRow; snapshot: BatchesSnapshot }) {
  const t = useTranslations('batches');
  const tWays = useTranslations('ways');
  const progress = snapshot.progress.find((candidate) => candidate.batchId === batch.batchId);
  const counts = batchCounts(batch, progress);
  return (
    <li className="card batch">
      <div className="row spread">
        <h2>
          <a href={hrefTo.batch(batch.batchId)} aria-label={t('open', { batch: batch.batchId })}>
            {batch.batchId}
          </a>
        </h2>
        <BatchPill state={batch.state} />
      </div>
      <p className="hint">
        {t('count', { count: batch.count })} · {batch.target} · {tWays(`name.${batch.way}`)}
        {batch.lineOrder !== null && ` · ${tWays('lineOf', { order: batch.lineOrder })}`} · {batch.createdBy},{' '}
        <Timestamp at={batch.createdAt} />
      </p>
      {progress && <BatchProgressBar progress={progress} />}
      {counts.registered + counts.rejected + counts.unaccounted > 0 && (
        <p className="row">
          <span>
            {t('registered')}: <strong>{counts.registered}</strong>
          </span>
          <span>
            {t('rejected')}: <strong>{counts.rejected}</strong>
          </span>
          <span>
            {t('unaccounted')}: <strong>{counts.unaccounted}</strong>
          </span>
        </p>
      )}
      <ErrorNotice error={batch.error} />
    </li>
  );
}
