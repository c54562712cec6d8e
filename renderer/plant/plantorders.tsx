import { Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { LeaseHere, PlantOrder } from '../../app/contract/index.ts';
import { useAct, useRead } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { Confirm } from '../controls/confirm.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { useJoined } from './plantswitch.tsx';

/** The orders of the plant, parts of which this station makes; nothing at a station without a plant. */
export const PlantOrders = (props: Props) => (useJoined() ? <Orders {...props} /> : null);

type Props = { onChanged: () => void; version: unknown };

function Orders({ onChanged, version }: Props) {
  const t = useTranslations('plant.take');
  const [made, setMade] = useState(0);
  const orders = useRead('plant.orders', {}, `${version} ${made}`);
  const leases = useRead('plant.leases', {}, `${version} ${made}`);
  const changed = () => {
    setMade((before) => before + 1);
    onChanged();
  };
  return (
    <section className="card stack" aria-label={t('title')}>
      <h3>{t('title')}</h3>
      <p className="hint">{t('meaning')}</p>
      <ErrorNotice error={orders.error ?? leases.error} />
      {orders.data?.length === 0 && <p>{t('none')}</p>}
      {orders.data && orders.data.length > 0 && (
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{t('order')}</th>
              <th scope="col">{t('model')}</th>
              <th scope="col">{t('left')}</th>
              <th scope="col">{t('takePart')}</th>
            </tr>
          </thead>
          <tbody>
            {orders.data.map((order) => (
              <OrderRow key={order.orderId} order={order} onTaken={changed} />
            ))}
          </tbody>
        </table>
      )}
      {leases.data && leases.data.length > 0 && <Leases leases={leases.data} onReturned={changed} />}
    </section>
  );
}

function OrderRow({ order, onTaken }: { order: PlantOrder; onTaken: () => void }) {
  const t = useTranslations('plant.take');
  const { orderId, model, quantity, left, longestRun } = order;
  const take = useAct('plant.lease');
  const [typed, setTyped] = useState('');
  const most = Math.min(left, longestRun ?? left);
  const count = /^\d{1,7}$/.test(typed) ? Number(typed) : 0;
  const problem = count < 1 || count > most ? t('most', { most }) : undefined;
  return (
    <tr>
      <th scope="row" className="mono">
        {orderId}
      </th>
      <td>{model}</td>
      <td>
        {t('leftOf', { left, quantity })}
        {longestRun !== null && longestRun < left && <span className="hint block">{t('inARow', { longestRun })}</span>}
      </td>
      <td>
        <form
          className="row end"
          onSubmit={async (event) => {
            event.preventDefault();
            if (problem !== undefined || !(await take.run({ orderId, quantity: count, activate: false }))) return;
            setTyped('');
            onTaken();
          }}
        >
          <Field
            label={t('howMany', { order: orderId })}
            inputMode="numeric"
            value={typed}
            onValue={setTyped}
            problem={problem}
            disabled={most === 0}
          />
          <Button submit busy={take.busy} disabled={problem !== undefined}>
            {t('take')}
          </Button>
        </form>
        <ErrorNotice error={take.error} />
      </td>
    </tr>
  );
}

function Leases({ leases, onReturned }: { leases: readonly LeaseHere[]; onReturned: () => void }) {
  const t = useTranslations('plant.take');
  const giveBack = useAct('plant.giveBack');
  const [asked, setAsked] = useState<LeaseHere>();
  const [told, setTold] = useState<boolean>();
  return (
    <>
      <h4>{t('leases')}</h4>
      <ErrorNotice error={giveBack.error} />
      {told !== undefined && <p role="status">{t(told ? 'told' : 'notTold')}</p>}
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">{t('orderHere')}</th>
            <th scope="col">{t('serials')}</th>
            <th scope="col">{t('made')}</th>
            <th scope="col">{t('state')}</th>
          </tr>
        </thead>
        <tbody>
          {leases.map((lease) => (
            <tr key={lease.leaseId}>
              <th scope="row" className="mono">
                {lease.orderId}
              </th>
              <td>
                {lease.serialFrom === null ? '–' : t('range', { from: lease.serialFrom, to: lease.serialTo ?? '' })}
              </td>
              <td>{t('madeOf', { made: lease.made, quantity: lease.quantity })}</td>
              <td>
                {lease.returned !== null ? (
                  t('returned', { count: lease.returned })
                ) : (
                  <Button
                    icon={Undo2}
                    aria-label={t('giveBackOf', { order: lease.orderId })}
                    onClick={() => setAsked(lease)}
                  >
                    {t('giveBack')}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Confirm
        open={asked !== undefined}
        title={t('giveBackTitle', { order: asked?.orderId ?? '' })}
        meaning={t('giveBackMeaning', { order: asked?.plantOrder ?? '' })}
        act={t('giveBack')}
        busy={giveBack.busy}
        onCancel={() => setAsked(undefined)}
        onConfirm={async () => {
          const done = asked && (await giveBack.run({ lease: asked.leaseId }));
          setAsked(undefined);
          if (!done) return;
          setTold(done.told);
          onReturned();
        }}
      />
    </>
  );
}
