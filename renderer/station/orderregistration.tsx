import { useTranslations } from 'use-intl';
import type { Order } from '../../app/contract/index.ts';
import { orderRegistration } from '../../app/contract/model.ts';
import { useAct } from '../calls.ts';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { useBatches } from '../stationclient.ts';

/** Whether and how the units of an order are registered as they pass. */
export function OrderRegistration({ order, onChanged }: { order: Order; onChanged: () => void }) {
  const t = useTranslations('ways');
  const targets = useBatches()?.ready.map(({ target }) => target) ?? [];
  const { run, error } = useAct('orders.register');
  const choices = targets.flatMap((target) =>
    orderRegistration.shape.way.options.map((way) => ({
      value: `${target} ${way}`,
      label: `${target}: ${t(`name.${way}`)}`,
    })),
  );
  const { registration } = order;
  const others = registration?.also ?? [];
  const value = registration ? [registration.target, registration.way, ...others].join(' ') : '';
  const known = value === '' || choices.some((choice) => choice.value === value);
  const ownLabel = registration
    ? `${[registration.target, ...others].join(', ')}: ${t(`name.${registration.way}`)}`
    : '';
  return (
    <>
      <SelectField
        bare
        label={t('lineChoose', { order: order.orderId })}
        value={value}
        disabled={order.state === 'closed'}
        options={[{ value: '', label: t('lineOff') }, ...choices, ...(known ? [] : [{ value, label: ownLabel }])]}
        onPick={async (picked) => {
          const parsed = orderRegistration.safeParse({ target: picked.split(' ')[0], way: picked.split(' ')[1] });
          if (await run({ orderId: order.orderId, registration: parsed.data ?? null })) onChanged();
        }}
      />
      <ErrorNotice error={error} />
    </>
  );
}
