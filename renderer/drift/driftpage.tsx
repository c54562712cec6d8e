import { GitCompareArrows, Square } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { driftCsv, type StationStatus } from '../../app/contract/index.ts';
import { type DriftCheck, driftKind, mostDifferences } from '../../app/contract/model.ts';
import { useAct } from '../calls.ts';
import { BackLink } from '../controls/backlink.tsx';
import { Button } from '../controls/button.tsx';
import { EmptyState } from '../controls/emptystate.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { SaveTable } from '../controls/savetable.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { hrefTo } from '../route.ts';
import { station, useDrift } from '../stationclient.ts';
import { DriftGroup } from './driftgroup.tsx';

/** AWS's registry held against the records: the check, its progress, and the differences by kind with the next act. */
export function DriftPage({ status }: { status: StationStatus | undefined }) {
  const t = useTranslations();
  const snapshot = useDrift();
  const check = snapshot?.check;
  return (
    <div className="page">
      <BackLink href={hrefTo.batches}>{t('batches.back')}</BackLink>
      <div className="page-head">
        <h1>{t('drift.title')}</h1>
      </div>
      <Start targets={(status?.targets ?? []).map(({ name }) => name)} isRunning={check?.state === 'running'} />
      {!snapshot && <p className="loading">{t('app.loading')}</p>}
      {snapshot && !check && (
        <EmptyState icon={GitCompareArrows} title={t('drift.empty')} hint={t('drift.emptyHint')} />
      )}
      {check && <Result check={check} />}
    </div>
  );
}

function Start({ targets, isRunning }: { targets: readonly string[]; isRunning: boolean }) {
  const t = useTranslations('drift');
  const start = useAct('drift.check');
  const stop = useAct('drift.stop');
  const [target, setTarget] = useState<string>();
  const [things, setThings] = useState(false);
  return (
    <section className="card">
      <p className="hint">{t('hint')}</p>
      <div className="row">
        {targets.length > 1 && (
          <label className="row">
            {t('target')}
            <select value={target ?? targets[0]} onChange={(event) => setTarget(event.target.value)}>
              {targets.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
        )}
        <label className="row" title={t('thingsHint')}>
          <input type="checkbox" checked={things} onChange={(event) => setThings(event.target.checked)} />
          {t('things')}
        </label>
        <span className="hint">{t('thingsHint')}</span>
        <span className="grow" />
        {isRunning ? (
          <Button size="bench" kind="danger" icon={Square} busy={stop.busy} onClick={() => void stop.run({})}>
            {t('stop')}
          </Button>
        ) : (
          <Button
            size="bench"
            kind="primary"
            icon={GitCompareArrows}
            busy={start.busy}
            onClick={() => void start.run({ things, ...(target === undefined ? {} : { target }) })}
          >
            {t('start')}
          </Button>
        )}
      </div>
      <ErrorNotice error={start.error} />
      <ErrorNotice error={stop.error} />
    </section>
  );
}

function Result({ check }: { check: DriftCheck }) {
  const t = useTranslations('drift');
  const { state, target, startedAt, certificates, units, waiting, counts, error } = check;
  const found = driftKind.options.filter((kind) => counts[kind] > 0);
  const total = found.reduce((sum, kind) => sum + counts[kind], 0);
  const same = state === 'done' ? t('same') : t('sameSoFar');
  return (
    <section className="drift-result" aria-label={t(`state.${state}`, { target })}>
      <div className="card" role="status">
        <p className="row">
          <strong>{t(`state.${state}`, { target })}</strong> <Timestamp at={startedAt} />
        </p>
        <p className="hint">{waiting ? t('waiting') : t('seen', { certificates, units })}</p>
        {error !== null && <p lang="en">{error}</p>}
        {found.length === 0 && <p>{same}</p>}
      </div>
      {total > 0 && state !== 'running' && (
        <div className="row">
          <SaveTable
            act={t('export')}
            file={{ what: 'drift', name: 'differences.csv' }}
            read={() => driftCsv((page) => station.call('drift.findings', page))}
            disabled={false}
          />
          {total > mostDifferences && <p className="hint">{t('most', { count: mostDifferences })}</p>}
        </div>
      )}
      {found.map((kind) => (
        <DriftGroup key={kind} kind={kind} check={check} />
      ))}
    </section>
  );
}
