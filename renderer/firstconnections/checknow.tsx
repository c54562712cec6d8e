import { RefreshCw, Square } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { ConnectionsSnapshot } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { WatchedTargets } from './watchedtargets.tsx';

/** Asks AWS now about each unit that has not connected: start, progress, stop, and what came of it. */
export function CheckNow({ snapshot, targets }: { snapshot: ConnectionsSnapshot; targets: readonly string[] }) {
  const t = useTranslations('firstConnections.check');
  const common = useTranslations('common');
  const start = useAct('connections.check');
  const stop = useAct('connections.stop');
  const [target, setTarget] = useState('');
  const { check } = snapshot;
  const isRunning = check?.state === 'running';
  return (
    <section className="card stack" aria-label={t('title')}>
      <div className="row">
        <p className="hint grow">{t('hint')}</p>
        {targets.length > 1 && (
          <SelectField
            bare
            label={t('target')}
            value={target}
            onPick={setTarget}
            disabled={isRunning}
            options={[{ value: '', label: common('all') }, ...targets.map((name) => ({ value: name, label: name }))]}
          />
        )}
        {isRunning ? (
          <Button size="bench" kind="danger" icon={Square} busy={stop.busy} onClick={() => void stop.run({})}>
            {t('stop')}
          </Button>
        ) : (
          <Button
            size="bench"
            kind="primary"
            icon={RefreshCw}
            busy={start.busy}
            onClick={() => void start.run(target === '' ? {} : { target })}
          >
            {t('start')}
          </Button>
        )}
      </div>
      {check && <Progress check={check} />}
      <WatchedTargets watches={snapshot.watches} />
      <ErrorNotice error={start.error ?? stop.error} />
    </section>
  );
}

function Progress({ check }: { check: NonNullable<ConnectionsSnapshot['check']> }) {
  const t = useTranslations('firstConnections.check');
  const { state, done, total, changed, waiting, startedAt, error } = check;
  const percent = total === 0 ? 0 : Math.round((100 * done) / total);
  return (
    <div className="progress" role={state === 'running' ? undefined : 'status'}>
      {state === 'running' && (
        <div
          className="bar"
          role="progressbar"
          aria-label={t('progress')}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={percent}
        >
          <div className="bar-fill" style={{ width: `${percent}%` }} />
        </div>
      )}
      <p className="row">
        <strong>{t(`state.${state}`)}</strong>
        <span>{t('asked', { done, total })}</span>
        <span>{t('changed', { changed })}</span>
        {waiting && <span>{t('waiting')}</span>}
        <Timestamp at={startedAt} />
      </p>
      <ErrorNotice error={error} />
    </div>
  );
}
