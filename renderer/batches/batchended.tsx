import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { batchStates, phaseOf } from '../../app/contract/model.ts';
import { Button } from '../controls/button.tsx';
import { hrefTo } from '../route.ts';
import { useBatches } from '../stationclient.ts';

type Ended = { batchId: string; registered: number; count: number; isWell: boolean };

/** Tells on every screen that a batch has ended, until it is put away. Batches that ended before are no news. */
export function BatchEnded() {
  const t = useTranslations('batches.ended');
  const snapshot = useBatches();
  const working = useRef(new Set<string>());
  const [ended, setEnded] = useState<Ended[]>([]);
  useEffect(() => {
    if (!snapshot) return;
    const over = snapshot.batches.filter(
      ({ batchId, state }) => working.current.has(batchId) && batchStates[state].stage === 'end',
    );
    working.current = new Set(snapshot.progress.map(({ batchId }) => batchId));
    for (const { batchId } of over) working.current.delete(batchId);
    if (over.length === 0) return;
    const news = over.map(({ batchId, registered, count, state }) => ({
      ...{ batchId, registered, count },
      isWell: phaseOf(state) === 'complete' && registered === count,
    }));
    setEnded((known) => [...known.filter(({ batchId }) => !news.some((one) => one.batchId === batchId)), ...news]);
  }, [snapshot]);
  if (ended.length === 0) return null;
  return (
    <div className="notices" role="status">
      {ended.map(({ batchId, registered, count, isWell }) => (
        <section key={batchId} className="notice">
          <div>
            <strong>{isWell ? t('well', { batch: batchId }) : t('notWell', { batch: batchId })}</strong>
            <p>{t('counts', { registered, count })}</p>
          </div>
          <a className="button" href={hrefTo.batch(batchId)}>
            {t('open')}
          </a>
          <Button onClick={() => setEnded((known) => known.filter((one) => one.batchId !== batchId))}>
            {t('putAway')}
          </Button>
        </section>
      ))}
    </div>
  );
}
