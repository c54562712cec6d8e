import { Ban, Play } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { certificateAct, revocationReason } from '../../app/contract/model.ts';
import { useRead } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { TextArea } from '../controls/textarea.tsx';
import { useForm } from '../controls/useform.ts';

type Draft = {
  act: (typeof certificateAct.options)[number];
  target: string;
  by: 'order' | 'units';
  orderId: string;
  units: string;
  reason: (typeof revocationReason.options)[number];
  note: string;
  typed: string;
};

const unitsIn = (text: string): string[] => [...new Set(text.split(/[\s,;]+/).filter((one) => one !== ''))];

/** Begins an act on the certificates of an order, or of units. Revoking is final, so what it is for is typed again. */
export function CertificatesForm({ targets }: { targets: readonly string[] }) {
  const t = useTranslations('targets.lots');
  const reasons = useTranslations('station.certificates');
  const orders = useRead('orders.list', {}).data ?? [];
  const answerOf = ({ by, orderId, units }: Draft) => (by === 'order' ? orderId : String(unitsIn(units).length));
  const first: Draft = {
    ...{ act: 'deactivate', target: targets[0] ?? '', by: 'order', orderId: orders[0]?.orderId ?? '', units: '' },
    ...{ reason: 'unspecified', note: '', typed: '' },
  };
  const form = useForm('cloud.setCertificates', {
    first,
    params: ({ act, target, by, orderId, units, reason, note }) => ({
      ...{ act, target },
      ...(by === 'order' ? { orderId: orderId || orders[0]?.orderId } : { unitSerials: unitsIn(units) }),
      ...(act === 'revoke' ? { reason, note } : {}),
    }),
    also: (draft) => ({
      typed:
        draft.act === 'revoke' && draft.typed.trim() !== (answerOf(draft) || orders[0]?.orderId) && t('typedProblem'),
    }),
  });
  const { values, set } = form;
  const revokes = values.act === 'revoke';
  const orderId = values.orderId || (orders[0]?.orderId ?? '');
  return (
    <form className="stack" aria-label={t('title')} {...form.form}>
      <div className="fields">
        <SelectField
          label={t('act')}
          value={values.act}
          onPick={(act) => set({ act })}
          options={certificateAct.options.map((value) => ({ value, label: t(`acts.${value}`) }))}
        />
        <SelectField
          label={t('target')}
          value={values.target}
          onPick={(target) => set({ target })}
          options={targets.map((value) => ({ value, label: value }))}
        />
        <SelectField
          label={t('by')}
          value={values.by}
          onPick={(by) => set({ by })}
          options={(['order', 'units'] as const).map((value) => ({ value, label: t(`byWhat.${value}`) }))}
        />
        {values.by === 'order' && (
          <SelectField
            label={t('order')}
            value={orderId}
            onPick={(next) => set({ orderId: next })}
            options={orders.map((order) => ({ value: order.orderId, label: order.orderId }))}
          />
        )}
      </div>
      {values.by === 'units' && (
        <TextArea label={t('units')} hint={t('unitsHint')} value={values.units} onValue={(units) => set({ units })} />
      )}
      <p className="hint">{t(`meaning.${values.act}`)}</p>
      {revokes && (
        <div className="fields">
          <SelectField
            label={reasons('reason')}
            value={values.reason}
            onPick={(reason) => set({ reason })}
            options={revocationReason.options.map((value) => ({ value, label: reasons(`reasons.${value}`) }))}
          />
          <Field label={reasons('note')} hint={reasons('noteHint')} maxLength={500} {...form.field('note')} />
          <Field label={t('typed', { answer: answerOf({ ...values, orderId }) })} {...form.field('typed')} />
        </div>
      )}
      <ErrorNotice error={form.error} />
      <div className="row">
        <Button kind={revokes ? 'danger' : 'primary'} icon={revokes ? Ban : Play} {...form.button}>
          {t(`acts.${values.act}`)}
        </Button>
      </div>
    </form>
  );
}
