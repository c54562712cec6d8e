import { type DateTimeFormatOptions, useFormatter, useTranslations } from 'use-intl';
import {
  type ChartBucket,
  type ChartHead,
  type ChartsAsked,
  errorCodes,
  type FailureKey,
} from '../../app/contract/index.ts';
import { useDuration } from '../controls/timestamp.tsx';
import { isStepName } from '../units/journal.ts';
import { knows, useErrorWords } from '../words/index.ts';

const day: DateTimeFormatOptions = { day: 'numeric', month: 'short' };
const clock: DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
const shapes: Record<ChartBucket, DateTimeFormatOptions> = {
  hour: clock,
  shift: { ...day, ...clock },
  day,
  week: day,
  month: { month: 'short', year: 'numeric' },
};

const codes = Object.fromEntries(errorCodes.map((code) => [code, true])) as Record<(typeof errorCodes)[number], true>;

/** How columns, keys and values of charts are called in the language of the screen. */
export function useChartWords() {
  const t = useTranslations('charts');
  const steps = useTranslations('bench.stepShort');
  const format = useFormatter();
  const duration = useDuration();
  const errorWords = useErrorWords();
  const long = (at: string | Date) => format.dateTime(new Date(at), { dateStyle: 'medium' });
  const percent = (share: number) => format.number(share, { style: 'percent', maximumFractionDigits: 1 });
  const rate = (units: number) => format.number(units, { maximumFractionDigits: 1 });
  const stepOf = (step: string): string => (step === '' ? t('whole') : isStepName(step) ? steps(step) : step);
  const keyOf = (key: string, by: FailureKey): string => {
    if (key === '') return t('unknown');
    if (by === 'code') return knows(codes, key) ? errorWords({ code: key, data: {} }).what : key;
    if (by === 'slot') return t('slot', { slot: key });
    return by === 'hour' ? t('hourOfDay', { from: key, to: String(Number(key) + 1) }) : key;
  };
  return {
    percent,
    rate,
    duration,
    stepOf,
    keyOf,
    columnOf: (since: string, bucket: ChartBucket) => format.dateTime(new Date(since), shapes[bucket]),
    /** `20 – 26 Nov`: the last day is the one before the end. */
    periodOf: ({ since, until }: Pick<ChartsAsked, 'since' | 'until'>) =>
      t('period', { from: long(since), to: long(new Date(Date.parse(until) - 1)) }),
    /** The words of a cell, by the name of its column. */
    cellOf(head: ChartHead, cell: string | number | null, by: FailureKey): string {
      if (cell === null) return '–';
      if (head === 'since' || head === 'until')
        return format.dateTime(new Date(cell), { dateStyle: 'short', timeStyle: 'short' });
      if (head === 'step') return stepOf(String(cell));
      if (head === 'key') return keyOf(String(cell), by);
      if (head === 'out') return t(cell === 'above' ? 'above' : 'below');
      if (typeof cell !== 'number') return cell;
      if (head.endsWith('Ms')) return duration(cell);
      if (['yield', 'centre', 'lower', 'upper'].includes(head)) return percent(cell);
      return head === 'unitsPerHour' ? rate(cell) : format.number(cell);
    },
  };
}
export type ChartWords = ReturnType<typeof useChartWords>;
