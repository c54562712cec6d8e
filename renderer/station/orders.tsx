import { ClipboardList, Play, Plus } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { order as orderShape } from '../../app/contract/model.ts';
import { useAct, useRead } from '../calls.ts';
import { Button } from '../parts/button.tsx';
import { Empty } from '../parts/empty.tsx';
import { Field } from '../parts/field.tsx';
import { Pill } from '../parts/pill.tsx';
import { Problem } from '../parts/problem.tsx';
import { useBench } from '../station.ts';
import { anyModel } from '../units/model.ts';

/** Work orders: the bench works on the active one. */
export function Orders() {
  const t = useTranslations('station.orders');
  const active = useBench()?.order;
  const orders = useRead('orders.list', {}, `${active?.orderId} ${active?.passed}`);
  const activate = useAct('orders.activate');
  return (
    <div className="stack">
      <Problem error={orders.error ?? activate.error} />
      {orders.data?.length === 0 && <Empty icon={ClipboardList} title={t('empty')} hint={t('emptyHint')} />}
      {orders.data && orders.data.length > 0 && (
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{t('order')}</th>
              <th scope="col">{t('model')}</th>
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
                <td>{order.model === anyModel ? t('anyModel') : order.model}</td>
                <td className="number">{t('passedOf', { passed: order.passed, quantity: order.quantity })}</td>
                <td>
                  {order.active && <Pill tone="act">{t('active')}</Pill>}
                  {!order.active && order.state === 'closed' && <Pill tone="plain">{t('closed')}</Pill>}
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
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <NewOrder onMade={orders.reload} />
    </div>
  );
}

function NewOrder({ onMade }: { onMade: () => void }) {
  const t = useTranslations('station');
  const [orderId, setOrderId] = useState('');
  const [model, setModel] = useState('');
  const [quantity, setQuantity] = useState('');
  const { run, busy, error } = useAct('orders.make');
  const { shape } = orderShape;
  const count = Number(quantity);
  const fits = {
    orderId: shape.orderId.safeParse(orderId).success,
    model: shape.model.safeParse(model).success,
    quantity: shape.quantity.safeParse(count).success,
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!(fits.orderId && fits.model && fits.quantity)) return;
    if (!(await run({ orderId, model, quantity: count }))) return;
    setOrderId('');
    onMade();
  };
  return (
    <form className="card stack" onSubmit={(event) => void submit(event)}>
      <h3>{t('orders.makeTitle')}</h3>
      <div className="fields three">
        <Field
          label={t('orders.order')}
          hint={t('orders.idHint')}
          value={orderId}
          onValue={setOrderId}
          problem={fits.orderId ? undefined : t('cloud.problem')}
        />
        <Field
          label={t('orders.model')}
          hint={t('orders.modelHint')}
          value={model}
          onValue={setModel}
          problem={fits.model ? undefined : t('cloud.problem')}
        />
        <Field
          label={t('orders.quantity')}
          inputMode="numeric"
          value={quantity}
          onValue={setQuantity}
          problem={fits.quantity ? undefined : t('cloud.problem')}
        />
      </div>
      <Problem error={error} />
      <div className="row">
        <Button kind="primary" icon={Plus} submit busy={busy} disabled={!(fits.orderId && fits.model && fits.quantity)}>
          {t('orders.make')}
        </Button>
      </div>
    </form>
  );
}
