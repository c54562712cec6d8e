import { TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { type Alert, type AlertRules, type Person, stepNames } from '../../app/contract/index.ts';
import { useRead } from '../calls.ts';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { SaveRow } from '../controls/saverow.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { useForm } from '../controls/useform.ts';
import { hrefTo } from '../route.ts';
import { useStationStatus } from '../stationclient.ts';
import { useChartWords } from './chartwords.ts';

/** An alert as a sentence. */
export function useAlertWords(): (alert: Alert) => string {
  const t = useTranslations('charts.alerts');
  const words = useChartWords();
  return ({ rule, about, value, limit, orderId }) => {
    switch (rule) {
      case 'yield':
        return t('isYield', { orderId, value: words.percent(value / 100), limit: words.percent(limit / 100) });
      case 'sameCode':
        return t('isSameCode', { orderId, times: limit, error: words.keyOf(about, 'code') });
      case 'stepTime':
        return t('isStepTime', {
          ...{ orderId, step: words.stepOf(about) },
          ...{ value: words.duration(value), limit: words.duration(limit) },
        });
      case 'overdue':
        return t('isOverdue', { orderId, left: value });
    }
  };
}

/** The alerts that stand, and the rules for them, which an engineer sets. */
export function AlertsCard({ person }: { person: Person }) {
  const t = useTranslations('charts.alerts');
  const sentence = useAlertWords();
  const version = useStationStatus()?.seq;
  const { data, error } = useRead('desk.alerts', {}, version);
  return (
    <section className="card stack">
      <h2>{t('title')}</h2>
      <ErrorNotice error={error} />
      {data?.open.length === 0 && <p className="hint">{t('none')}</p>}
      <ul className="hits">
        {data?.open.map((alert) => (
          <li key={`${alert.orderId} ${alert.rule} ${alert.about}`}>
            <a href={hrefTo.unitsOf(alert.orderId)}>
              <TriangleAlert aria-hidden="true" />
              <span>{sentence(alert)}</span>
              <span className="hint">{t.rich('since', { at: () => <Timestamp at={alert.raisedAt} /> })}</span>
            </a>
          </li>
        ))}
      </ul>
      {data && person.role === 'engineer' && <RulesForm rules={data.rules} />}
      {data && person.role !== 'engineer' && <RulesText rules={data.rules} />}
    </section>
  );
}

const off = '';
const numberOf = (text: string): number => Number(text.trim().replace(',', '.'));

/** Empty fields switch a rule off. */
function RulesForm({ rules }: { rules: AlertRules }) {
  const t = useTranslations('charts.alerts');
  const { stepOf } = useChartWords();
  const [first] = rules.stepTimes;
  const form = useForm('station.configure', {
    first: {
      units: rules.yield ? String(rules.yield.units) : off,
      percent: rules.yield ? String(rules.yield.percent) : off,
      times: rules.sameCode ? String(rules.sameCode.times) : off,
      step: (first?.step ?? off) as string,
      limitMs: first ? String(first.limitMs / 1000) : off,
      overdue: rules.overdue ? 'on' : off,
    },
    keeps: true,
    params: ({ units, percent, times, step, limitMs, overdue }) => ({
      alerts: {
        yield:
          units.trim() === off && percent.trim() === off
            ? null
            : { units: numberOf(units), percent: numberOf(percent) },
        sameCode: times.trim() === off ? null : { times: numberOf(times) },
        // More limits than one are set by the command; the form keeps them.
        stepTimes: [
          ...(step === off
            ? []
            : [{ step: step as (typeof stepNames)[number], limitMs: Math.round(numberOf(limitMs) * 1000) }]),
          ...rules.stepTimes.slice(1),
        ],
        overdue: overdue !== off,
      },
    }),
    words: () => t('numberProblem'),
  });
  const step = form.field('step');
  const overdue = form.field('overdue');
  return (
    <form className="stack" aria-label={t('rules')} {...form.form}>
      <h3>{t('rules')}</h3>
      <div className="row bottom">
        <Field label={t('units')} inputMode="numeric" maxLength={3} {...form.field('units')} />
        <Field label={t('percent')} inputMode="decimal" maxLength={5} {...form.field('percent')} />
        <Field label={t('times')} inputMode="numeric" maxLength={2} {...form.field('times')} />
      </div>
      <div className="row bottom">
        <SelectField
          label={t('step')}
          value={step.value}
          onPick={step.onValue}
          options={[
            { value: off, label: t('off') },
            ...stepNames.map((name) => ({ value: name as string, label: stepOf(name) })),
          ]}
        />
        <Field label={t('limitMs')} inputMode="decimal" maxLength={6} {...form.field('limitMs')} />
        <SelectField
          label={t('overdue')}
          value={overdue.value}
          onPick={overdue.onValue}
          options={[
            { value: off, label: t('off') },
            { value: 'on', label: t('on') },
          ]}
        />
      </div>
      <p className="hint">{t('meaning')}</p>
      <SaveRow form={form} save={t('save')} saved={t('saved')} />
    </form>
  );
}

function RulesText({ rules }: { rules: AlertRules }) {
  const t = useTranslations('charts.alerts');
  const words = useChartWords();
  const texts = [
    ...(rules.yield
      ? [t('ruleYield', { units: rules.yield.units, limit: words.percent(rules.yield.percent / 100) })]
      : []),
    ...(rules.sameCode ? [t('ruleSameCode', { times: rules.sameCode.times })] : []),
    ...rules.stepTimes.map(({ step, limitMs }) =>
      t('ruleStepTime', { step: words.stepOf(step), limit: words.duration(limitMs) }),
    ),
    ...(rules.overdue ? [t('ruleOverdue')] : []),
  ];
  return <p className="hint">{texts.length === 0 ? t('noRules') : `${t('rules')}: ${texts.join(' · ')}`}</p>;
}
