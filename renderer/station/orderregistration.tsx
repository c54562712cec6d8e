import { useTranslations } from 'use-intl';
import type { Order } from '../../app/contract/index.ts';
import { type AllowListView, orderRegistration } from '../../app/contract/model.ts';
import { useAct } from '../calls.ts';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { useBatches } from '../stationclient.ts';

type Props = { order: Order; lists: readonly AllowListView[]; onChanged: () => void };

/** Whether and how the units of an order come into AWS as they pass: by calls, or over the allow-list of an account. */
export function OrderRegistration({ order, lists, onChanged }: Props) {
  const t = useTranslations('ways');
  const targets = useBatches()?.ready.map(({ target }) => target) ?? [];
  const register = useAct('orders.register');
  const allow = useAct('cloud.setAllowList');
  const choices = targets.flatMap((target) =>
    [...orderRegistration.shape.way.options, 'jitr' as const].map((way) => ({
      value: `${target} ${way}`,
      label: `${target}: ${t(`name.${way}`)}`,
    })),
  );
  const { registration, orderId } = order;
  const wanted = lists.filter((list) => list.wanted);
  const [listed] = wanted;
  const also = registration?.also ?? [];
  const ofOrder = registration ? [registration.target, registration.way, ...also].join(' ') : '';
  const value = registration ? ofOrder : listed ? `${listed.target} jitr` : '';
  const ownLabel = registration
    ? `${[registration.target, ...also].join(', ')}: ${t(`name.${registration.way}`)}`
    : value;
  const known = value === '' || choices.some((choice) => choice.value === value);

  const pick = async (picked: string) => {
    const [target = '', way] = picked.split(' ');
    const others = wanted.filter((list) => way !== 'jitr' || list.target !== target);
    for (const list of others) if (!(await allow.run({ orderId, target: list.target, wanted: false }))) return;
    if (way === 'jitr' && !(await allow.run({ orderId, target, wanted: true }))) return;
    const chosen = orderRegistration.safeParse({ target, way }).data ?? null;
    if ((chosen || registration) && !(await register.run({ orderId, registration: chosen }))) return;
    onChanged();
  };
  return (
    <>
      <SelectField
        bare
        label={t('lineChoose', { order: orderId })}
        value={value}
        disabled={order.state === 'closed' && listed === undefined}
        options={[{ value: '', label: t('lineOff') }, ...choices, ...(known ? [] : [{ value, label: ownLabel }])]}
        onPick={pick}
      />
      {lists.map((list) => (
        <AllowListState key={list.target} list={list} />
      ))}
      <ErrorNotice error={register.error ?? allow.error} />
    </>
  );
}

function AllowListState({ list: { target, listed, toList, toGo, error } }: { list: AllowListView }) {
  const t = useTranslations('ways');
  const left = toList + toGo;
  return (
    <>
      {(listed > 0 || left === 0) && <span className="hint block">{t('allowListed', { listed, target })}</span>}
      {left > 0 && <span className="hint block">{t('allowLeft', { left, target })}</span>}
      <ErrorNotice error={error} />
    </>
  );
}
