import { dayAsWritten } from '../../app/contract/days.ts';
import {
  type ChartBucket,
  type ChartsAsked,
  chartBucket,
  type FailureKey,
  failureKey,
} from '../../app/contract/index.ts';
import { useFilter } from '../address.ts';

/** Local days `yyyy-mm-dd`, the last one included. */
export type Days = { from: string; to: string };

const two = (value: number) => String(value).padStart(2, '0');
const textOf = (day: Date) => `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
// Noon is on its day, whatever the clock does at night.
function dayOf(text: string): Date | undefined {
  if (dayAsWritten(text) === undefined) return undefined;
  const [year = 0, month = 0, date] = text.split('-').map(Number);
  return new Date(year, month - 1, date, 12);
}
const shifted = (text: string, days: number): string => {
  const day = dayOf(text);
  if (!day) return text;
  day.setDate(day.getDate() + days);
  return textOf(day);
};
function startOf(text: string): Date | undefined {
  const day = dayOf(text);
  day?.setHours(0, 0, 0, 0);
  return day;
}

const dayMs = 86_400_000;
const daysIn = ({ from, to }: Days): number => {
  const [first, last] = [dayOf(from), dayOf(to)];
  return first && last ? Math.round((last.getTime() - first.getTime()) / dayMs) + 1 : 1;
};

/** Columns that can be read: not more than about forty. */
const usualBucket = (days: number): ChartBucket => {
  if (days <= 1) return 'hour';
  if (days <= 40) return 'day';
  return days <= 280 ? 'week' : 'month';
};

const compared = ['', 'before', 'other'] as const;

/** What the page shows. All of it is in the address. */
export function useChartAsked(today: Date) {
  const [from, setFrom] = useFilter<string>('from', shifted(textOf(today), -6));
  const [to, setTo] = useFilter<string>('to', textOf(today));
  const [columns, setColumns] = useFilter<'' | ChartBucket>('columns', '', ['', ...chartBucket.options]);
  const [by, setBy] = useFilter<FailureKey>('by', 'code', failureKey.options);
  const [orderId, setOrder] = useFilter<string>('order', '');
  const [model, setModel] = useFilter<string>('model', '');
  const [recipe, setRecipe] = useFilter<string>('recipe', '');
  const [step, setStep] = useFilter<string>('step', '');
  const [compare, setCompare] = useFilter<(typeof compared)[number]>('compare', '', compared);
  const period = { from, to };
  const before = { from: shifted(from, -daysIn(period)), to: shifted(from, -1) };
  const [otherFrom, setOtherFrom] = useFilter<string>('from2', before.from);
  const [otherTo, setOtherTo] = useFilter<string>('to2', before.to);
  const bucket = columns === '' ? usualBucket(daysIn(period)) : columns;
  const other = compare === 'other' ? { from: otherFrom, to: otherTo } : before;
  const ask = ({ from: first, to: last }: Days): ChartsAsked => ({
    since: (startOf(first) ?? today).toISOString(),
    until: (startOf(shifted(last, 1)) ?? today).toISOString(),
    bucket,
    by,
    ...(orderId === '' ? {} : { orderId }),
    ...(model === '' ? {} : { model }),
    ...(recipe === '' ? {} : { recipe }),
  });
  return {
    ...{ period, setFrom, setTo, bucket, columns, setColumns, by, setBy, orderId, setOrder, model, setModel },
    ...{ recipe, setRecipe, step, setStep, compare, setCompare, other, setOtherFrom, setOtherTo },
    asked: ask(period),
    otherAsked: compare === '' ? undefined : ask(other),
  };
}
export type ChartAsked = ReturnType<typeof useChartAsked>;
