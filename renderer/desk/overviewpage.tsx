import { ChartColumn, CircleCheck, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import {
  type BackupsSnapshot,
  type CheckpointsSnapshot,
  errorCodes,
  type Overview,
  type StationStatus,
} from '../../app/contract/index.ts';
import { useFilter } from '../address.ts';
import { BatchPill } from '../batches/batchpills.tsx';
import { useLockWords } from '../bench/lockwords.ts';
import { useRead } from '../calls.ts';
import { useAlertWords } from '../charts/alertscard.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { SearchBox } from '../controls/searchbox.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { PlantSwitch } from '../plant/plantswitch.tsx';
import { goTo, hrefTo } from '../route.ts';
import { station, useBatches, useBench, useEvent } from '../stationclient.ts';
import { knows, useErrorWords } from '../words/index.ts';
import { FindResults, hrefOfExact } from './findresults.tsx';

/** QA's first page: the search over everything, and how the station does. */
export function OverviewPage({ status }: { status: StationStatus | undefined }) {
  const t = useTranslations('desk');
  const charts = useTranslations('charts');
  const [query, setQuery] = useFilter<string>('q', '');
  const isSearching = query.trim() !== '';
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('overview')}</h1>
        <span className="grow" />
        <a className="button" href={hrefTo.charts}>
          <ChartColumn aria-hidden="true" />
          {charts('open')}
        </a>
      </div>
      <PlantSwitch plant={false} />
      <SearchBox
        label={t('find')}
        hint={t('findHint')}
        value={query}
        onValue={setQuery}
        onKeyDown={async (event) => {
          if (event.key !== 'Enter' || !isSearching) return;
          const { exact } = await station.call('desk.find', { query: query.trim() });
          if (exact) goTo(hrefOfExact(exact));
        }}
      />
      {isSearching ? <FindResults query={query.trim()} /> : <Figures status={status} />}
    </div>
  );
}

function Figures({ status }: { status: StationStatus | undefined }) {
  const t = useTranslations('desk');
  const format = useFormatter();
  const counters = useBench()?.counters;
  const batches = useBatches()?.seq;
  const version = `${counters?.passed}/${counters?.failed}/${counters?.errors}/${batches}`;
  const { data, error } = useRead('desk.overview', {}, version);
  if (!data) return error ? <ErrorNotice error={error} /> : <p className="loading">{t('loading')}</p>;
  const { today } = data;
  const isYield = today.firstPassYield !== null;
  return (
    <>
      <ErrorNotice error={error} />
      <Warnings overview={data} status={status} />
      <div className="desk-cards">
        <Card title={t('today')}>
          <dl className="figures">
            <Figure name={t('yield')}>
              {isYield ? format.number(today.firstPassYield ?? 0, { style: 'percent', maximumFractionDigits: 1 }) : '–'}
            </Figure>
            <Figure name={t('passed')}>{format.number(today.passed)}</Figure>
            <Figure name={t('failed')}>{format.number(today.failed)}</Figure>
            <Figure name={t('errors')}>{format.number(today.errors)}</Figure>
          </dl>
          <p className="hint">{isYield ? t('yieldOf', { count: today.units }) : t('noResult')}</p>
        </Card>
        <Card title={t('open')}>
          <ul className="hits">
            <Hit href={hrefTo.batches} name={t('openBatches')} count={data.openBatches} />
            <Hit
              href={hrefTo.filtered(hrefTo.connections, { state: 'overdue' })}
              name={t('overdue')}
              count={data.overdue}
            />
            <Hit
              href={hrefTo.filtered(hrefTo.connections, { state: 'failed' })}
              name={t('connectionsFailed')}
              count={data.connectionsFailed}
            />
            <Hit
              href={hrefTo.filtered(hrefTo.station('certificates'), { state: 'revocationQueued' })}
              name={t('revocationsQueued')}
              count={data.revocationsQueued}
            />
          </ul>
        </Card>
        <Failures failures={data.failures} />
        <Card title={t('days')}>
          <table className="days-table">
            <thead>
              <tr>
                <th scope="col">{t('day')}</th>
                <th scope="col">{t('passed')}</th>
                <th scope="col">{t('failed')}</th>
                <th scope="col">{t('errors')}</th>
              </tr>
            </thead>
            <tbody>
              {data.days.toReversed().map((day) => (
                <tr key={day.since}>
                  <th scope="row">
                    <a href={hrefTo.filtered(hrefTo.units, { from: dayOf(day.since), to: dayOf(day.since) })}>
                      <Timestamp at={day.since} shape="day" />
                    </a>
                  </th>
                  <td>{format.number(day.passed)}</td>
                  <td>{format.number(day.failed)}</td>
                  <td>{format.number(day.errors)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Card>
        {data.batches.length > 0 && (
          <Card title={t('openBatches')}>
            <ul className="hits">
              {data.batches.map(({ batchId, state, count }) => (
                <li key={batchId}>
                  <a href={hrefTo.batch(batchId)}>
                    <strong className="mono">{batchId}</strong>
                    <BatchPill state={state} />
                    <span className="number">{t('unitCount', { count })}</span>
                  </a>
                </li>
              ))}
            </ul>
          </Card>
        )}
      </div>
    </>
  );
}

/** The local day of a time, as a date field writes it. */
function dayOf(at: string): string {
  const day = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

const Card = ({ title, children }: { title: string; children: ReactNode }) => (
  <section className="card">
    <h2>{title}</h2>
    {children}
  </section>
);

const Figure = ({ name, children }: { name: string; children: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

const Hit = ({ href, name, count }: { href: string; name: string; count: number }) => {
  const format = useFormatter();
  return (
    <li>
      <a href={href}>
        {name}
        <strong className="number">{format.number(count)}</strong>
      </a>
    </li>
  );
};

const codes = Object.fromEntries(errorCodes.map((code) => [code, true])) as Record<(typeof errorCodes)[number], true>;

function Failures({ failures }: { failures: Overview['failures'] }) {
  const t = useTranslations('desk');
  const wordsOf = useErrorWords();
  return (
    <Card title={t('failures')}>
      {failures.length === 0 && <p className="hint">{t('noFailure')}</p>}
      <ul className="hits">
        {failures.map(({ code, attempts }) => (
          <li key={code}>
            <a href={hrefTo.filtered(hrefTo.units, { error: code })}>
              <span className="hit-words">
                <span>{knows(codes, code) ? wordsOf({ code, data: {} }).what : code}</span>
                <span className="fine code">{code}</span>
              </span>
              <strong className="number">{t('attemptCount', { count: attempts })}</strong>
            </a>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** The one trouble with backups that counts most. */
function backupTrouble({ config, lastGood, lastFailed, overdue, bucket }: BackupsSnapshot) {
  if (lastGood?.twins?.length || bucket?.last?.twins?.length) return 'twin';
  if (config.folder === null) return 'none';
  if (overdue) return 'overdue';
  if (lastFailed) return 'failed';
  return bucket?.failed ? 'unsent' : undefined;
}

/** Whether checkpoints of the log arrive. A contradiction counts most. */
function checkpointTrouble({ places, contradictions, overdue }: CheckpointsSnapshot) {
  if (contradictions.length > 0) return 'contradicted';
  if (overdue) return 'overdue';
  return places.some(({ failed }) => failed !== null) ? 'failed' : undefined;
}

/** What someone has to look at, each with the way there. */
function Warnings({ overview, status }: { overview: Overview; status: StationStatus | undefined }) {
  const t = useTranslations('desk');
  const lock = useLockWords();
  const backups = useTranslations('backups.warning');
  const backup = useEvent('backups.changed');
  const interlocks = useBench()?.interlocks ?? [];
  const alertWords = useAlertWords();
  const { data: alerts } = useRead('desk.alerts', {}, status?.seq);
  const checkpoints = useTranslations('checkpoints.warning');
  const checkpoint = useEvent('checkpoints.changed');
  const ofCheckpoints = checkpoint && checkpointTrouble(checkpoint);
  const ofBackups = backup && !status?.practice ? backupTrouble(backup) : undefined;
  const found = [
    ...interlocks
      // A bench that waits for its operator, or for the CA's passphrase, is not at fault.
      .filter(({ reason }) => reason !== 'signedOut' && reason !== 'caLocked')
      .map(({ reason }) => ({ key: `lock-${reason}`, text: lock.why(reason), href: hrefTo.station('doctor') })),
    ...(alerts?.open ?? []).map((alert) => ({
      key: `${alert.orderId} ${alert.rule} ${alert.about}`,
      text: alertWords(alert),
      href: hrefTo.filtered(hrefTo.charts, { order: alert.orderId }),
    })),
    ...overview.unprovedBackups.map(({ issuerId, name }) => ({
      key: issuerId,
      text: t('unproved', { name }),
      href: hrefTo.station('ca'),
    })),
    ...(status?.ca.ending.length ? [{ key: 'ending', text: t('caEnding'), href: hrefTo.station('ca') }] : []),
    ...(ofBackups ? [{ key: 'backups', text: backups(ofBackups), href: hrefTo.station('backups') }] : []),
    ...(ofCheckpoints
      ? [{ key: 'checkpoints', text: checkpoints(ofCheckpoints), href: hrefTo.station('checkpoints') }]
      : []),
    ...(overview.batchesFailed > 0
      ? [{ key: 'batches', text: t('batchesFailed', { count: overview.batchesFailed }), href: hrefTo.batches }]
      : []),
  ];
  return (
    <section className={`banner ${found.length === 0 ? 'good' : 'warn'}`} aria-label={t('warnings')}>
      {found.length === 0 ? <CircleCheck aria-hidden="true" /> : <TriangleAlert aria-hidden="true" />}
      {found.length === 0 ? (
        <p>{t('noWarning')}</p>
      ) : (
        <ul className="hits">
          {found.map(({ key, text, href }) => (
            <li key={key}>
              <a href={href}>{text}</a>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
