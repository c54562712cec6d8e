import { useTranslations } from 'use-intl';
import type { Order } from '../../app/contract/index.ts';
import { forecastOf } from '../../app/contract/orderpace.ts';
import { Pill } from '../controls/pill.tsx';
import { Timestamp } from '../controls/timestamp.tsx';

/** How far an order is: passed, failed, left, the pace of the last hour, and whether it will be done in time. */
export function OrderProgress({ order }: { order: Order }) {
  const t = useTranslations('orders');
  const { orderId, passed, failed, left, quantity, dueAt } = order;
  const forecast = forecastOf(order);
  return (
    <>
      <progress
        className="order-bar"
        max={quantity}
        value={Math.min(passed, quantity)}
        aria-label={t('bar', { order: orderId })}
      />
      <span className="block">{t('passed', { passed, quantity })}</span>
      <span className="hint block">{t('counts', { failed, left })}</span>
      {forecast && (
        <span className="hint block">
          {t.rich('pace', {
            rate: Math.round(forecast.unitsPerHour),
            time: () => <Timestamp at={forecast.doneAt} shape="full" />,
          })}
        </span>
      )}
      {dueAt !== null && (
        <span className="hint block">{t.rich('due', { time: () => <Timestamp at={dueAt} shape="day" /> })}</span>
      )}
      {forecast?.late && <Pill tone="warn">{t('late')}</Pill>}
    </>
  );
}
