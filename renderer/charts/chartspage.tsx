import { ChartColumn } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { type Charts, chartBucket, failureKey, type Person, unitsPerHour, yieldOf } from '../../app/contract/index.ts';
import { useRead } from '../calls.ts';
import { BackLink } from '../controls/backlink.tsx';
import { DayField } from '../controls/dayfield.tsx';
import { areBackwards } from '../controls/daytext.ts';
import { EmptyState } from '../controls/emptystate.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { hrefTo } from '../route.ts';
import { useBench } from '../stationclient.ts';
import { AlertsCard } from './alertscard.tsx';
import { FailuresCard, ThroughputCard, TimesCards, YieldCard } from './chartcards.tsx';
import type { Sight } from './chartpanel.tsx';
import { useChartWords } from './chartwords.ts';
import { type ChartAsked, type Days, useChartAsked } from './usechartasked.ts';

/** Yield and throughput of a period, and of a second one beside it. */
export function ChartsPage({ person }: { person: Person }) {
  const t = useTranslations('charts');
  const [today] = useState(() => new Date());
  const ask = useChartAsked(today);
  const counters = useBench()?.counters;
  const version = `${counters?.passed}/${counters?.failed}/${counters?.errors}`;
  const first = useRead('desk.charts', ask.asked, version);
  // Without a second period the first one is read, which costs little and is not shown.
  const second = useRead('desk.charts', ask.otherAsked ?? ask.asked, version);
  const sights: Sight[] = [
    ...(first.data ? [{ asked: ask.asked, charts: first.data }] : []),
    ...(ask.otherAsked && second.data ? [{ asked: ask.otherAsked, charts: second.data }] : []),
  ];
  const isEmpty = sights.length > 0 && sights.every(({ charts }) => charts.total.started === 0);
  return (
    <div className="page">
      <BackLink href={hrefTo.overview}>{t('back')}</BackLink>
      <div className="page-head">
        <h1>{t('title')}</h1>
      </div>
      <Tools ask={ask} charts={first.data} />
      <ErrorNotice error={first.error ?? second.error} />
      {!first.data && !first.error && <p className="loading">{t('loading')}</p>}
      {isEmpty && <EmptyState icon={ChartColumn} title={t('empty')} hint={t('emptyHint')} />}
      {!first.error && sights.length > 0 && !isEmpty && (
        <>
          <Totals sights={sights} />
          <YieldCard sights={sights} />
          <ThroughputCard sights={sights} />
          <TimesCards sights={sights} step={ask.step} picker={<StepPicker ask={ask} charts={first.data} />} />
          <FailuresCard
            sights={sights}
            picker={
              <SelectField
                label={t('by')}
                value={ask.by}
                onPick={ask.setBy}
                options={failureKey.options.map((value) => ({ value, label: t(`key.${value}`) }))}
              />
            }
          />
        </>
      )}
      <AlertsCard person={person} />
    </div>
  );
}

function StepPicker({ ask, charts }: { ask: ChartAsked; charts: Charts | undefined }) {
  const t = useTranslations('charts');
  const { stepOf } = useChartWords();
  const steps = [...new Set(['', ...(charts?.steps.map(({ step }) => step) ?? []), ask.step])];
  return (
    <SelectField
      label={t('step')}
      value={ask.step}
      onPick={ask.setStep}
      options={steps.map((value) => ({ value, label: stepOf(value) }))}
    />
  );
}

function Tools({ ask, charts }: { ask: ChartAsked; charts: Charts | undefined }) {
  const t = useTranslations('charts');
  const desk = useTranslations('desk');
  const all = useTranslations('common')('all');
  const wrong = useTranslations('exports')('backwards');
  const backwards = ({ from, to }: Days) => (areBackwards(from, to) ? wrong : undefined);
  const choices = (names: readonly string[] | undefined, chosen: string) => [
    { value: '', label: all },
    ...[...new Set([...(names ?? []), chosen])].filter((name) => name !== '').map((value) => ({ value, label: value })),
  ];
  return (
    <div className="desk-tools">
      <div className="day">
        <DayField label={desk('from', { what: t('periodName') })} value={ask.period.from} onValue={ask.setFrom} />
      </div>
      <div className="day">
        <DayField label={desk('to')} value={ask.period.to} onValue={ask.setTo} problem={backwards(ask.period)} />
      </div>
      <SelectField
        label={t('columns')}
        value={ask.columns}
        onPick={ask.setColumns}
        options={[
          { value: '', label: t('bucketUsual', { bucket: t(`bucket.${ask.bucket}`) }) },
          ...chartBucket.options.map((value) => ({ value, label: t(`bucket.${value}`) })),
        ]}
      />
      <SelectField
        label={t('order')}
        value={ask.orderId}
        onPick={ask.setOrder}
        options={choices(charts?.orders, ask.orderId)}
      />
      <SelectField
        label={t('model')}
        value={ask.model}
        onPick={ask.setModel}
        options={choices(charts?.models, ask.model)}
      />
      <SelectField
        label={t('recipe')}
        value={ask.recipe}
        onPick={ask.setRecipe}
        options={choices(charts?.recipes, ask.recipe)}
      />
      <SelectField
        label={t('compare')}
        value={ask.compare}
        onPick={ask.setCompare}
        options={(['', 'before', 'other'] as const).map((value) => ({
          value,
          label: t(`compareWith.${value === '' ? 'none' : value}`),
        }))}
      />
      {ask.compare === 'other' && (
        <>
          <div className="day">
            <DayField
              label={desk('from', { what: t('otherPeriod') })}
              value={ask.other.from}
              onValue={ask.setOtherFrom}
            />
          </div>
          <div className="day">
            <DayField label={desk('to')} value={ask.other.to} onValue={ask.setOtherTo} problem={backwards(ask.other)} />
          </div>
        </>
      )}
    </div>
  );
}

/** The figures of the whole period; of two periods with their differences in words. */
function Totals({ sights }: { sights: readonly Sight[] }) {
  const t = useTranslations('charts');
  const words = useChartWords();
  const whole = ({ charts }: Sight) => charts.steps.find(({ step }) => step === '');
  const figures = [
    { key: 'yield', of: ({ charts }: Sight) => yieldOf(charts.total), say: words.percent },
    { key: 'unitsPerHour', of: ({ charts }: Sight) => unitsPerHour(charts.total), say: words.rate },
    { key: 'passed', of: ({ charts }: Sight) => charts.total.passed, say: words.rate },
    { key: 'failed', of: ({ charts }: Sight) => charts.total.failed, say: words.rate },
    { key: 'errors', of: ({ charts }: Sight) => charts.total.errors, say: words.rate },
    { key: 'p50Ms', of: (sight: Sight) => whole(sight)?.p50 ?? null, say: words.duration },
    { key: 'p95Ms', of: (sight: Sight) => whole(sight)?.p95 ?? null, say: words.duration },
  ] as const;
  const difference = (one: number | null, other: number | null, say: (value: number) => string) => {
    if (one === null || other === null) return '–';
    if (say(one) === say(other)) return t('same');
    return t(one > other ? 'more' : 'less', { by: say(Math.abs(one - other)) });
  };
  const [sight, other] = sights;
  if (!sight) return null;
  return (
    <section className="card">
      <h2>{t('total')}</h2>
      <table className="days-table">
        <thead>
          <tr>
            <th scope="col">{t('figure')}</th>
            {sights.map(({ asked }) => (
              <th key={asked.since} scope="col">
                {words.periodOf(asked)}
              </th>
            ))}
            {other && <th scope="col">{t('difference')}</th>}
          </tr>
        </thead>
        <tbody>
          {figures.map(({ key, of, say }) => (
            <tr key={key}>
              <th scope="row">
                {key === 'p50Ms' || key === 'p95Ms' ? `${t('whole')}: ${t(`head.${key}`)}` : t(`head.${key}`)}
              </th>
              {sights.map((one) => {
                const value = of(one);
                return <td key={one.asked.since}>{value === null ? '–' : say(value)}</td>;
              })}
              {other && <td>{difference(of(sight), of(other), say)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
