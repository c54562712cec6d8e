import { useFormatter, useTranslations } from 'use-intl';
import type { BenchSnapshot } from '../../app/contract/index.ts';
import { Timestamp } from '../controls/timestamp.tsx';
import { RecipeTag } from './recipetag.tsx';

/** Takt is read in seconds, however long. Tenths count only where a tenth is much. */
const taktShown = (seconds: number): number => (seconds < 100 ? Math.round(seconds * 10) / 10 : Math.round(seconds));

/** The edge of the bench: the order, its remaining units, and the figures of the shift. */
export function ShiftCounters({ bench, signedIn }: { bench: BenchSnapshot; signedIn: boolean }) {
  const t = useTranslations('bench');
  const format = useFormatter();
  const { counters, order } = bench;
  const number = (value: number) => format.number(value);
  const facts = [
    { label: t('shift.passed'), value: number(counters.passed) },
    { label: t('shift.failed'), value: number(counters.failed) },
    { label: t('shift.errors'), value: number(counters.errors) },
    {
      label: t('shift.yield'),
      value:
        counters.firstPassYield === null
          ? t('shift.none')
          : format.number(counters.firstPassYield, { style: 'percent', maximumFractionDigits: 1 }),
    },
    {
      label: t('shift.rate'),
      value:
        counters.unitsPerHour === null
          ? t('shift.none')
          : format.number(counters.unitsPerHour, { maximumFractionDigits: 0 }),
    },
    {
      label: t('shift.takt'),
      value:
        counters.taktSeconds === null
          ? t('shift.none')
          : t('shift.seconds', { value: taktShown(counters.taktSeconds) }),
    },
  ];
  return (
    <footer className="shift">
      {order ? (
        <div className="shift-order">
          <p>
            <strong>{t('order.label', { order: order.orderId })}</strong>
            {order.model !== '*' && ` · ${order.model}`} · <strong>{t('order.left', { left: order.left })}</strong>
          </p>
          <meter
            min={0}
            max={order.quantity}
            value={order.passed}
            aria-label={t('order.of', { passed: order.passed, quantity: order.quantity })}
          />
          <p className="fine">{t('order.of', { passed: order.passed, quantity: order.quantity })}</p>
        </div>
      ) : (
        <p className="shift-order">{t('order.none')}</p>
      )}
      <RecipeTag bench={bench} signedIn={signedIn} />
      <dl className="shift-facts" aria-label={t('shift.label')}>
        {facts.map((fact) => (
          <div key={fact.label}>
            <dt>{fact.label}</dt>
            <dd>{fact.value}</dd>
          </div>
        ))}
      </dl>
      <p className="shift-since fine">
        <strong>{counters.shift === undefined ? t('shift.outside') : counters.shift.name || t('shift.label')}</strong>
        <br />
        {t.rich('shift.since', { time: () => <Timestamp at={counters.since} shape="short" /> })}
      </p>
    </footer>
  );
}
