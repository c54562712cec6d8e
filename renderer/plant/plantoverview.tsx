import { Boxes, CircleCheck, TriangleAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import type { PlantOverview, PlantStation } from '../../app/contract/index.ts';
import { yieldOf } from '../../app/contract/model.ts';
import { useFilter } from '../address.ts';
import { useRead } from '../calls.ts';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { SearchBox } from '../controls/searchbox.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { goTo, hrefTo } from '../route.ts';
import { PlantSwitch } from './plantswitch.tsx';

const dayMs = 86_400_000;
const periods = ['1', '7', '30'] as const;
type Period = (typeof periods)[number];

/** QA's first page of the plant: the search over all stations, and how each of them does. */
export function PlantOverviewPage() {
  const t = useTranslations('plant');
  const [query, setQuery] = useState('');
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('title')}</h1>
        <span className="grow" />
        <a className="button" href={hrefTo.plantUnits}>
          <Boxes aria-hidden="true" />
          {t('allUnits')}
        </a>
      </div>
      <PlantSwitch plant />
      <SearchBox
        label={t('find')}
        hint={t('findHint')}
        value={query}
        onValue={setQuery}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && query.trim() !== '')
            goTo(hrefTo.filtered(hrefTo.plantUnits, { q: query.trim() }));
        }}
      />
      <Figures />
    </div>
  );
}

function Figures() {
  const t = useTranslations('plant');
  const [days, setDays] = useFilter<Period>('days', '7', periods);
  const [now] = useState(() => Date.now());
  const since = new Date(now - Number(days) * dayMs).toISOString();
  const { data, error } = useRead('plant.overview', { since });
  if (!data) return error ? <ErrorNotice error={error} /> : <p className="loading">{t('loading')}</p>;
  return (
    <>
      <ErrorNotice error={error} />
      <Collisions seen={data} />
      <div className="narrow">
        <SelectField
          label={t('period')}
          value={days}
          options={periods.map((value) => ({ value, label: t('days', { days: Number(value) }) }))}
          onPick={setDays}
        />
      </div>
      <Stations stations={data.stations} />
      <Orders orders={data.orders} />
    </>
  );
}

function Collisions({ seen }: { seen: PlantOverview }) {
  const t = useTranslations('plant');
  const isGood = seen.collisions.length === 0;
  return (
    <section className={`banner ${isGood ? 'good' : 'warn'}`} aria-label={t('collisions')}>
      {isGood ? <CircleCheck aria-hidden="true" /> : <TriangleAlert aria-hidden="true" />}
      {isGood ? (
        <p>{t('noCollision')}</p>
      ) : (
        <ul className="hits">
          {seen.collisions.map(({ kind, value, unitSerial, station, stationId, owner, ownerUnit }) => (
            <li key={`${kind} ${value} ${stationId} ${unitSerial}`}>
              <a href={hrefTo.plantUnit(unitSerial, stationId)}>
                {t(`collision.${kind}`, { unit: unitSerial, station, owner, ownerUnit })}
              </a>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Stations({ stations }: { stations: readonly PlantStation[] }) {
  const t = useTranslations('plant');
  const format = useFormatter();
  const percent = { style: 'percent', maximumFractionDigits: 1 } as const;
  return (
    <Section title={t('stations')}>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">{t('station')}</th>
            <th scope="col">{t('passed')}</th>
            <th scope="col">{t('failed')}</th>
            <th scope="col">{t('errors')}</th>
            <th scope="col">{t('yield')}</th>
            <th scope="col">{t('shipped')}</th>
            <th scope="col">{t('signed')}</th>
          </tr>
        </thead>
        <tbody>
          {stations.map(({ login, stationId, name, results, size, checkpointSize, shippedAt, wholeAt }) => {
            const share = yieldOf(results);
            return (
              <tr key={login}>
                <th scope="row">
                  {stationId === null ? (
                    t('notJoined', { login })
                  ) : (
                    <a href={hrefTo.filtered(hrefTo.plantUnits, { station: stationId })}>{name ?? login}</a>
                  )}
                </th>
                <td>{format.number(results.passed)}</td>
                <td>{format.number(results.failed)}</td>
                <td>{format.number(results.errors)}</td>
                <td>{share === null ? '–' : format.number(share, percent)}</td>
                <td>
                  {shippedAt === null
                    ? t('nothingShipped')
                    : wholeAt !== null && wholeAt >= shippedAt
                      ? t.rich('whole', { time: () => <Timestamp at={wholeAt} /> })
                      : t.rich('arriving', { time: () => <Timestamp at={shippedAt} /> })}
                </td>
                <td>{t('leaves', { signed: checkpointSize ?? 0, size })}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p className="hint">{t('yieldMeaning')}</p>
    </Section>
  );
}

function Orders({ orders }: { orders: PlantOverview['orders'] }) {
  const t = useTranslations('plant');
  return (
    <Section title={t('orders')}>
      {orders.length === 0 ? (
        <p className="hint">{t('noOrder')}</p>
      ) : (
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{t('order')}</th>
              <th scope="col">{t('model')}</th>
              <th scope="col">{t('left')}</th>
              <th scope="col">{t('parts')}</th>
            </tr>
          </thead>
          <tbody>
            {orders.map(({ orderId, model, quantity, left, parts }) => (
              <tr key={orderId}>
                <th scope="row" className="mono">
                  {orderId}
                </th>
                <td>{model}</td>
                <td>{t('leftOf', { left, quantity })}</td>
                <td>
                  {parts.length === 0 && t('noPart')}
                  {parts.map(({ station, made, quantity: leased, returned }) => (
                    <span key={station} className="block">
                      {t('madeBy', { station, made, leased: leased - returned })}
                    </span>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

const Section = ({ title, children }: { title: string; children: ReactNode }) => (
  <section className="stack">
    <h2>{title}</h2>
    {children}
  </section>
);
