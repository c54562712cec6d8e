import { ClipboardList, Pause, Play } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { ReconcileOrder } from '../backups/reconcileorder.tsx';
import { useAct, useRead } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { Confirm } from '../controls/confirm.tsx';
import { EmptyState } from '../controls/emptystate.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Pill } from '../controls/pill.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { Intake } from '../orders/intake.tsx';
import { OrderFile } from '../orders/orderfile.tsx';
import { OrderOverlaps } from '../orders/orderoverlaps.tsx';
import { OrderProgress } from '../orders/orderprogress.tsx';
import { PlantOrders } from '../plant/plantorders.tsx';
import { useBench, useEvent } from '../stationclient.ts';
import { anyModel } from '../units/unitmodel.ts';
import { NewOrderForm } from './neworderform.tsx';
import { OrderRegistration } from './orderregistration.tsx';

/** Work orders. The bench works on the active one. */
export function OrderList() {
  const t = useTranslations('station.orders');
  const words = useTranslations('orders');
  const recipes = useTranslations('recipes');
  const units = useTranslations('units');
  const labels = useTranslations('labels');
  const ways = useTranslations('ways');
  const active = useBench()?.order;
  const orders = useRead('orders.list', {}, `${active?.orderId} ${active?.passed} ${active?.paused}`);
  const lists = useRead('cloud.allowLists', {}, useEvent('cloud.changed')?.seq);
  const taking = orders.data?.filter(({ state }) => state !== 'closed').map(({ orderId }) => orderId);
  const overlaps = useRead('orders.overlaps', {}, String(taking));
  const activate = useAct('orders.activate');
  const close = useAct('orders.close');
  const pause = useAct('orders.pause');
  const resume = useAct('orders.resume');
  const [closing, setClosing] = useState<string>();
  return (
    <div className="stack">
      <ErrorNotice
        error={
          orders.error ?? lists.error ?? overlaps.error ?? activate.error ?? close.error ?? pause.error ?? resume.error
        }
      />
      {!orders.data && !orders.error && <p className="loading">{units('rowLoading')}</p>}
      {orders.data?.length === 0 && <EmptyState icon={ClipboardList} title={t('empty')} hint={t('emptyHint')} />}
      {orders.data && orders.data.length > 0 && (
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{t('order')}</th>
              <th scope="col">{t('model')}</th>
              <th scope="col">{t('limits')}</th>
              <th scope="col" title={ways('lineHint')}>
                {ways('line')}
              </th>
              <th scope="col">{t('progress')}</th>
              <th scope="col">{t('state')}</th>
            </tr>
          </thead>
          <tbody>
            {orders.data.map((order) => (
              <tr key={order.orderId}>
                <th scope="row" className="mono">
                  {order.orderId}
                </th>
                <td>
                  {order.model === anyModel ? t('anyModel') : order.model}
                  {order.recipe !== null && (
                    <span className="hint block">{recipes('orderBy', { recipe: order.recipe })}</span>
                  )}
                  {order.label !== null && (
                    <span className="hint block">
                      {labels('orderBy', { kind: labels(`kinds.${order.label.kind}.label`) })}
                    </span>
                  )}
                </td>
                <td>
                  {order.serialFrom !== null && t('serials', { from: order.serialFrom, to: order.serialTo ?? '' })}{' '}
                  {order.pattern !== null && words('pattern', { pattern: order.pattern })}
                  {order.listed !== null && words('listed', { count: order.listed })}{' '}
                  {order.endsAt !== null &&
                    t.rich('ends', { time: () => <Timestamp at={order.endsAt ?? ''} shape="day" /> })}
                  <OrderOverlaps
                    overlaps={overlaps.data?.find(({ orderId }) => orderId === order.orderId)?.overlaps ?? []}
                  />
                </td>
                <td>
                  <OrderRegistration
                    order={order}
                    lists={lists.data?.filter(({ orderId }) => orderId === order.orderId) ?? []}
                    onChanged={() => {
                      orders.reload();
                      lists.reload();
                    }}
                  />
                </td>
                <td>
                  <OrderProgress order={order} />
                  <ReconcileOrder order={order} onDone={orders.reload} />
                </td>
                <td>
                  {order.active && <Pill tone="act">{t('active')}</Pill>}
                  {!order.active && order.state === 'closed' && <Pill tone="plain">{t('closed')}</Pill>}
                  {order.state === 'paused' && <Pill tone="warn">{words('paused')}</Pill>}
                  {!order.active && order.state === 'open' && (
                    <Button
                      icon={Play}
                      busy={activate.busy}
                      aria-label={t('activateOrder', { order: order.orderId })}
                      onClick={async () => {
                        if (await activate.run({ orderId: order.orderId })) orders.reload();
                      }}
                    >
                      {t('activate')}
                    </Button>
                  )}
                  {order.state !== 'closed' && (
                    <Button
                      kind="quiet"
                      icon={order.state === 'open' ? Pause : Play}
                      busy={pause.busy || resume.busy}
                      aria-label={words(order.state === 'open' ? 'pauseOrder' : 'resumeOrder', {
                        order: order.orderId,
                      })}
                      onClick={async () => {
                        const act = order.state === 'open' ? pause : resume;
                        if (await act.run({ orderId: order.orderId })) orders.reload();
                      }}
                    >
                      {words(order.state === 'open' ? 'pause' : 'resume')}
                    </Button>
                  )}
                  {order.state !== 'closed' && (
                    <Button
                      kind="quiet"
                      aria-label={t('closeOrder', { order: order.orderId })}
                      onClick={() => setClosing(order.orderId)}
                    >
                      {t('close')}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Confirm
        open={closing !== undefined}
        title={t('closeTitle', { order: closing ?? '' })}
        meaning={t('closeMeaning')}
        act={t('close')}
        busy={close.busy}
        onCancel={() => setClosing(undefined)}
        onConfirm={async () => {
          if (closing !== undefined && (await close.run({ orderId: closing }))) orders.reload();
          setClosing(undefined);
        }}
      />
      <PlantOrders onChanged={orders.reload} version={orders.data} />
      <NewOrderForm onMade={orders.reload} />
      <OrderFile onMade={orders.reload} />
      <Intake />
    </div>
  );
}
