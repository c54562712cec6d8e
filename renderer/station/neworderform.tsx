import { Plus } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { timeAsWritten } from '../../app/contract/days.ts';
import { patternProblem, quantityProblem, rangeProblem } from '../../app/contract/serials.ts';
import { useRead } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { DayField } from '../controls/dayfield.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { useForm } from '../controls/useform.ts';
import { OrderLabel } from '../labelrules/orderlabel.tsx';
import { type RuleDraft, ruleOf } from '../labelrules/ruledraft.ts';

type NewOrder = typeof empty;

const empty = {
  orderId: '',
  model: '',
  quantity: '',
  serialFrom: '',
  serialTo: '',
  pattern: '',
  dueAt: '',
  endsAt: '',
  recipe: '',
  label: null as RuleDraft | null,
};

/** Text that is not a day stays as it is, and the schema refuses it. */
const endOf = (day: string): string => timeAsWritten(day, 'end') ?? day;

const paramsOf = ({
  orderId,
  model,
  quantity,
  serialFrom,
  serialTo,
  pattern,
  dueAt,
  endsAt,
  recipe,
  label,
}: NewOrder) => ({
  orderId,
  model,
  quantity: Number(quantity),
  ...(serialFrom === '' ? {} : { serialFrom }),
  ...(serialTo === '' ? {} : { serialTo }),
  ...(pattern === '' ? {} : { pattern }),
  ...(dueAt === '' ? {} : { dueAt: endOf(dueAt) }),
  ...(endsAt === '' ? {} : { endsAt: endOf(endsAt) }),
  ...(recipe === '' ? {} : { recipe }),
  ...(label ? { label: ruleOf(label) } : {}),
});

/** A new work order, with its limits. */
export function NewOrderForm({ onMade }: { onMade: () => void }) {
  const t = useTranslations('station');
  const words = useTranslations('recipes');
  const due = useTranslations('orders');
  const recipes = useRead('recipes.list', {}).data?.filter(({ state }) => state === 'approved') ?? [];
  const form = useForm('orders.make', {
    first: empty,
    asks: true,
    params: paramsOf,
    also: ({ quantity, serialFrom: from, serialTo: to, pattern, endsAt, label }) => {
      const range = (from !== '' || to !== '') && rangeProblem(from, to) !== undefined && t('orders.rangeProblem');
      const mask =
        pattern !== '' &&
        (from !== '' || to !== '' || patternProblem(pattern) !== undefined) &&
        t('orders.patternProblem');
      const terms = { serialFrom: from || null, serialTo: to || null, pattern: pattern || null, listed: null };
      const few = range === false && mask === false ? quantityProblem(Number(quantity), terms) : undefined;
      return {
        ...(few ? { quantity: t('orders.fewSerials', { has: few.has ?? 0 }) } : {}),
        serialFrom: range,
        serialTo: range,
        pattern: mask,
        endsAt: endsAt !== '' && Date.parse(endOf(endsAt)) <= Date.now() && t('orders.untilPast'),
        label: label !== null && ruleOf(label) === undefined,
      };
    },
    words: (name) => {
      if (name === 'pattern') return t('orders.patternProblem');
      return name.startsWith('serial') ? t('orders.rangeProblem') : t('cloud.problem');
    },
    onDone: onMade,
  });
  return (
    <form className="card stack" {...form.form}>
      <h3>{t('orders.makeTitle')}</h3>
      <div className="fields three">
        <Field label={t('orders.order')} hint={t('orders.idHint')} data-scan="order" {...form.field('orderId')} />
        <Field label={t('orders.model')} hint={t('orders.modelHint')} {...form.field('model')} />
        <Field label={t('orders.quantity')} inputMode="numeric" {...form.field('quantity')} />
        <Field label={t('orders.from')} hint={t('orders.rangeHint')} data-scan="serial" {...form.field('serialFrom')} />
        <Field label={t('orders.to')} hint={t('orders.rangeHint')} data-scan="serial" {...form.field('serialTo')} />
        <Field label={t('orders.pattern')} hint={t('orders.patternHint')} {...form.field('pattern')} />
        <DayField label={due('dueOn')} hint={due('dueHint')} {...form.field('dueAt')} />
        <DayField label={t('orders.until')} hint={t('orders.untilHint')} {...form.field('endsAt')} />
        <SelectField
          label={words('order')}
          value={form.values.recipe}
          onPick={(recipe) => form.set({ recipe })}
          options={[
            { value: '', label: words('orderByModel') },
            ...recipes.map(({ name, version }) => ({ value: name, label: words('nameVersion', { name, version }) })),
          ]}
        />
      </div>
      <OrderLabel draft={form.values.label} onDraft={(label) => form.set({ label })} />
      <ErrorNotice error={form.error} />
      <div className="row">
        <Button kind="primary" icon={Plus} {...form.button}>
          {t('orders.make')}
        </Button>
      </div>
    </form>
  );
}
