import { useTranslations } from 'use-intl';
import { type ConnectionState, type ConnectionsSnapshot, connectionState } from '../../app/contract/index.ts';
import { Button } from '../controls/button.tsx';

export type ConnectionPick = { order: string; target: string; state: ConnectionState | ''; reason: string };

type Props = {
  snapshot: ConnectionsSnapshot;
  filter: { order: string; target: string; state: ConnectionState | '' };
  onPick: (wanted: Partial<Pick<ConnectionPick, 'order' | 'target' | 'state'>>) => void;
};

/** The order of the parts of a bar: what is well first, what needs a person last. */
const parts = ['connected', 'waiting', 'overdue', 'failed'] as const satisfies readonly ConnectionState[];

/** How many units stand where: of all orders as buttons that filter the list, and of each order as a bar with its numbers. */
export function OrderBars({ snapshot, filter, onPick }: Props) {
  const t = useTranslations('firstConnections');
  const { total, orders } = snapshot;
  return (
    <section className="card stack" aria-label={t('orders')}>
      <div className="counts">
        {connectionState.options.map((state) => (
          <button
            key={state}
            type="button"
            className={`count connection-${state}`}
            aria-pressed={filter.state === state}
            onClick={() => onPick({ state: filter.state === state ? '' : state })}
          >
            <span className="number">{t('number', { count: total[state] })}</span>
            {t(`state.${state}`)}
          </button>
        ))}
      </div>
      <ul className="order-bars">
        {orders.map((order) => {
          const all = parts.reduce((sum, state) => sum + order[state], 0);
          const isPicked = filter.order === order.orderId && filter.target === order.target;
          return (
            <li key={`${order.orderId} ${order.target}`}>
              <Button
                kind={isPicked ? 'primary' : 'quiet'}
                aria-pressed={isPicked}
                onClick={() =>
                  onPick(isPicked ? { order: '', target: '' } : { order: order.orderId, target: order.target })
                }
              >
                {t('orderAt', { order: order.orderId, target: order.target })}
              </Button>
              <div>
                <div className="stacked-bar" aria-hidden="true">
                  {parts.map((state) => (
                    <span
                      key={state}
                      className={`connection-${state}`}
                      style={{ flexGrow: order[state], display: order[state] === 0 ? 'none' : undefined }}
                    />
                  ))}
                </div>
                <p className="hint">
                  {parts
                    .filter((state) => order[state] > 0)
                    .map((state) => t('part', { count: order[state], state: t(`state.${state}`) }))
                    .join(' · ')}{' '}
                  {t('of', { count: all })}
                </p>
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
