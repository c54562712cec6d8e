import { Plus } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useRead } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { useForm } from '../controls/useform.ts';

/** Makes the claim of an order that is open. */
export function ClaimForm({ targets, onDone }: { targets: readonly string[]; onDone: () => void }) {
  const t = useTranslations('targets.claims');
  const orders = (useRead('orders.list', {}).data ?? []).filter(({ state }) => state !== 'closed');
  const form = useForm('claims.make', {
    first: { orderId: '', target: targets[0] ?? '', template: '', passphrase: '' },
    params: ({ orderId, ...draft }) => ({ ...draft, orderId: orderId || (orders[0]?.orderId ?? '') }),
    words: (name) => (name === 'template' ? t('templateProblem') : undefined),
    forgets: () => ({ passphrase: '' }),
    onDone: () => onDone(),
  });
  const { values, set } = form;
  return (
    <form className="stack" aria-label={t('make')} {...form.form}>
      <div className="fields">
        <SelectField
          label={t('order')}
          value={values.orderId || (orders[0]?.orderId ?? '')}
          onPick={(orderId) => set({ orderId })}
          options={orders.map(({ orderId }) => ({ value: orderId, label: orderId }))}
        />
        <SelectField
          label={t('target')}
          value={values.target}
          onPick={(target) => set({ target })}
          options={targets.map((value) => ({ value, label: value }))}
        />
        <Field label={t('template')} {...form.field('template')} />
        <Field label={t('passphrase')} hint={t('passphraseHint')} type="password" {...form.field('passphrase')} />
      </div>
      <ErrorNotice error={form.error} />
      <div className="row">
        <Button icon={Plus} {...form.button}>
          {t('make')}
        </Button>
      </div>
    </form>
  );
}
