import { Plus } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { order as orderShape, unitSerial } from '../../app/contract/model.ts';
import { rangeProblem } from '../../app/contract/serials.ts';
import { useAct, useRead } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { OrderLabel } from '../labelrules/orderlabel.tsx';
import { type RuleDraft, ruleOf } from '../labelrules/ruledraft.ts';

const empty = { orderId: '', model: '', quantity: '', from: '', to: '', until: '', recipe: '' };
const { shape } = orderShape;

const rangeFits = (from: string, to: string): boolean =>
  (from === '' && to === '') ||
  (unitSerial.safeParse(from).success && unitSerial.safeParse(to).success && rangeProblem(from, to) === undefined);

/** A new work order: what may be issued for it, and until when. */
export function NewOrderForm({ onMade }: { onMade: () => void }) {
  const t = useTranslations('station');
  const words = useTranslations('recipes');
  const [form, setForm] = useState(empty);
  const [label, setLabel] = useState<RuleDraft | null>(null);
  const { run, busy, error } = useAct('orders.make');
  const recipes = useRead('recipes.list', {}).data?.filter(({ state }) => state === 'approved') ?? [];
  const quantity = Number(form.quantity);
  const ends = form.until === '' ? undefined : new Date(`${form.until}T23:59:59`);
  const fits = {
    orderId: shape.orderId.safeParse(form.orderId).success,
    model: shape.model.safeParse(form.model).success,
    quantity: shape.quantity.safeParse(quantity).success,
    range: rangeFits(form.from, form.to),
    until: ends === undefined || !Number.isNaN(ends.getTime()),
    label: label === null || ruleOf(label) !== undefined,
  };
  const ready = Object.values(fits).every(Boolean);
  const set = (name: keyof typeof empty) => (value: string) => setForm((before) => ({ ...before, [name]: value }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    const { orderId, model, from, to, recipe } = form;
    const range = from === '' ? {} : { serialFrom: from, serialTo: to };
    const until = ends ? { endsAt: ends.toISOString() } : {};
    const rule = label && ruleOf(label);
    const own = { ...(recipe === '' ? {} : { recipe }), ...(rule ? { label: rule } : {}) };
    const made = await run({ orderId, model, quantity, ...range, ...until, ...own });
    if (!made) return;
    setForm(empty);
    setLabel(null);
    onMade();
  };
  const problem = (ok: boolean, words = t('cloud.problem')) => (ok ? undefined : words);
  return (
    <form className="card stack" onSubmit={(event) => void submit(event)}>
      <h3>{t('orders.makeTitle')}</h3>
      <div className="fields three">
        <Field
          label={t('orders.order')}
          hint={t('orders.idHint')}
          value={form.orderId}
          data-scan="order"
          onValue={set('orderId')}
          problem={problem(fits.orderId)}
        />
        <Field
          label={t('orders.model')}
          hint={t('orders.modelHint')}
          value={form.model}
          onValue={set('model')}
          problem={problem(fits.model)}
        />
        <Field
          label={t('orders.quantity')}
          inputMode="numeric"
          value={form.quantity}
          onValue={set('quantity')}
          problem={problem(fits.quantity)}
        />
        <Field
          label={t('orders.from')}
          hint={t('orders.rangeHint')}
          value={form.from}
          data-scan="serial"
          onValue={set('from')}
          problem={problem(fits.range, t('orders.rangeProblem'))}
        />
        <Field
          label={t('orders.to')}
          hint={t('orders.rangeHint')}
          value={form.to}
          data-scan="serial"
          onValue={set('to')}
          problem={problem(fits.range, t('orders.rangeProblem'))}
        />
        <Field
          label={t('orders.until')}
          hint={t('orders.untilHint')}
          type="date"
          value={form.until}
          onValue={set('until')}
          problem={problem(fits.until)}
        />
        <SelectField
          label={words('order')}
          value={form.recipe}
          onPick={set('recipe')}
          options={[
            { value: '', label: words('orderByModel') },
            ...recipes.map(({ name, version }) => ({ value: name, label: words('nameVersion', { name, version }) })),
          ]}
        />
      </div>
      <OrderLabel draft={label} onDraft={setLabel} />
      <ErrorNotice error={error} />
      <div className="row">
        <Button kind="primary" icon={Plus} submit busy={busy} disabled={!ready}>
          {t('orders.make')}
        </Button>
      </div>
    </form>
  );
}
