import { lazy, type ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import {
  type Charts,
  type ControlChart,
  mediansOf,
  stepControl,
  unitsPerHour,
  yieldControl,
  yieldOf,
} from '../../app/contract/index.ts';
import { ChartPanel, type Sight } from './chartpanel.tsx';
import { type ChartWords, useChartWords } from './chartwords.ts';
import type { ControlDot } from './plots.tsx';

const ControlPlot = lazy(() => import('./plots.tsx').then((plots) => ({ default: plots.ControlPlot })));
const ResultPlot = lazy(() => import('./plots.tsx').then((plots) => ({ default: plots.ResultPlot })));
const LongBars = lazy(() => import('./plots.tsx').then((plots) => ({ default: plots.LongBars })));

type Props = { sights: readonly Sight[] };

const Card = ({
  title,
  hint,
  tools,
  children,
}: {
  title: string;
  hint: string;
  tools?: ReactNode;
  children: ReactNode;
}) => (
  <section className="card">
    <h2>{title}</h2>
    <p className="hint">{hint}</p>
    {tools}
    <div className="chart-pair">{children}</div>
  </section>
);

type Drawn = { words: ChartWords; say: (value: number) => string };

/** The values of a period as points, with the limits that hold at each. */
function dotsOf(
  { asked, charts }: Sight,
  control: ControlChart | undefined,
  values: readonly (number | null)[],
  { words, say }: Drawn,
): ControlDot[] {
  const points = new Map(control?.points.map((point) => [point.at, point]));
  return charts.buckets.map(({ since }, at) => {
    const point = points.get(at);
    const value = values[at] ?? null;
    return {
      name: words.columnOf(since, asked.bucket),
      value,
      lower: point?.lower ?? null,
      upper: point?.upper ?? null,
      centre: control?.centre ?? null,
      out: point?.out ?? null,
      said: value === null ? '' : say(value),
    };
  });
}

/** Says how the line does by its limits: which columns are outside of them, or that none is. */
function useControlSentence() {
  const t = useTranslations('charts');
  return (dots: readonly ControlDot[]): string => {
    const out = dots.filter((dot) => dot.out !== null);
    if (!dots.some(({ upper }) => upper !== null)) return t('tooFew');
    if (out.length === 0) return t('inLimits');
    return out
      .map((dot) => t(dot.out === 'above' ? 'isAbove' : 'isBelow', { column: dot.name, value: dot.said }))
      .join(' ');
  };
}

export function YieldCard({ sights }: Props) {
  const t = useTranslations('charts');
  const words = useChartWords();
  const sentence = useControlSentence();
  return (
    <Card title={t('yield')} hint={t('yieldHint')}>
      {sights.map((sight) => {
        const { total, buckets } = sight.charts;
        const control = yieldControl(sight.charts);
        const dots = dotsOf(sight, control, buckets.map(yieldOf), { words, say: words.percent });
        const share = yieldOf(total);
        const all = share === null ? t('noUnit') : t('yieldSaid', { share: words.percent(share), count: total.first });
        return (
          <ChartPanel
            key={sight.asked.since}
            sight={sight}
            chart="yield"
            title={t('yield')}
            summary={`${all} ${sentence(dots)}`}
          >
            <ControlPlot dots={dots} axis={words.percent} share />
          </ChartPanel>
        );
      })}
    </Card>
  );
}

export function ThroughputCard({ sights }: Props) {
  const t = useTranslations('charts');
  const words = useChartWords();
  return (
    <Card title={t('throughput')} hint={t('throughputHint')}>
      {sights.map((sight) => {
        const { total, buckets } = sight.charts;
        const { passed, failed, errors } = total;
        const hourly = unitsPerHour(total);
        const bars = buckets.map((bucket) => {
          const rate = unitsPerHour(bucket);
          const name = words.columnOf(bucket.since, sight.asked.bucket);
          const said = rate === null ? '' : t('perHour', { rate: words.rate(rate) });
          return { name, passed: bucket.passed, failed: bucket.failed, errors: bucket.errors, said };
        });
        const summary = t('throughputSaid', { passed, failed, errors, rate: words.rate(hourly ?? 0) });
        return (
          <ChartPanel
            key={sight.asked.since}
            sight={sight}
            chart="throughput"
            title={t('throughput')}
            summary={summary}
          >
            <ResultPlot bars={bars} />
          </ChartPanel>
        );
      })}
    </Card>
  );
}

/** The times of all steps, and below them those of one step, column by column, with its limits. */
export function TimesCards({ sights, step, picker }: Props & { step: string; picker: ReactNode }) {
  const t = useTranslations('charts');
  const words = useChartWords();
  const sentence = useControlSentence();
  const longest = ({ steps }: Charts) =>
    steps.filter((one) => one.step !== '').sort((one, other) => other.p95 - one.p95)[0];
  return (
    <>
      <Card title={t('times')} hint={t('timesHint')}>
        {sights.map((sight) => {
          const slow = longest(sight.charts);
          const bars = sight.charts.steps.map(({ step: name, p50, p95 }) => ({
            name: words.stepOf(name),
            value: p50,
            said: `p50 ${words.duration(p50)}`,
            second: p95,
            secondSaid: `p95 ${words.duration(p95)}`,
          }));
          const said = slow && t('timesSaid', { step: words.stepOf(slow.step), time: words.duration(slow.p95) });
          return (
            <ChartPanel
              key={sight.asked.since}
              sight={sight}
              chart="times"
              step={step}
              title={t('times')}
              summary={said ?? t('noUnit')}
            >
              <LongBars bars={bars} />
            </ChartPanel>
          );
        })}
      </Card>
      <Card title={t('stepTimes')} hint={t('stepTimesHint')} tools={picker}>
        {sights.map((sight) => {
          const control = stepControl(sight.charts, step);
          const dots = dotsOf(sight, control, mediansOf(sight.charts, step), { words, say: words.duration });
          const title = t('stepTimesOf', { step: words.stepOf(step) });
          return (
            <ChartPanel
              key={sight.asked.since}
              sight={sight}
              chart="times"
              step={step}
              title={title}
              summary={control ? sentence(dots) : t('noUnit')}
            >
              <ControlPlot dots={dots} axis={words.duration} />
            </ChartPanel>
          );
        })}
      </Card>
    </>
  );
}

const shownKeys = 10;

export function FailuresCard({ sights, picker }: Props & { picker: ReactNode }) {
  const t = useTranslations('charts');
  const words = useChartWords();
  return (
    <Card title={t('failures')} hint={t('failuresHint')} tools={picker}>
      {sights.map((sight) => {
        const { failures } = sight.charts;
        const all = failures.reduce((sum, { attempts }) => sum + attempts, 0);
        let sum = 0;
        const bars = failures.slice(0, shownKeys).map(({ key, attempts, of }) => {
          sum += attempts;
          const share = of === null ? words.percent(sum / all) : words.percent(attempts / of);
          const said = t(of === null ? 'cumulative' : 'ofKey', { attempts, share });
          return { name: words.keyOf(key, sight.asked.by), value: attempts, said };
        });
        const top = bars[0];
        return (
          <ChartPanel
            key={sight.asked.since}
            sight={sight}
            chart="failures"
            title={t('failures')}
            summary={top ? t('failuresSaid', { count: all, key: top.name }) : t('noFailure')}
          >
            <LongBars bars={bars} />
          </ChartPanel>
        );
      })}
    </Card>
  );
}
