import { useFormatter, useTranslations } from 'use-intl';

const shapes = {
  time: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  short: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  day: { dateStyle: 'medium' },
  full: { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' },
} as const;

/** A time in the station's locale. The title has the record's UTC. */
export function Timestamp({ at, shape = 'full' }: { at: string; shape?: keyof typeof shapes }) {
  const format = useFormatter();
  const utc = useUtc();
  return (
    <time dateTime={at} title={utc(at)}>
      {format.dateTime(new Date(at), shapes[shape])}
    </time>
  );
}

/** The record's own time: `2026-11-20 13:05:09 UTC`. */
export function useUtc(): (at: string) => string {
  const t = useTranslations('common');
  return (at) => t('utc', { time: at.replace('T', ' ').replace(/(\.\d+)?Z$/, '') });
}

/** A duration in words: `340 ms`, `2.4 s`, `3 min 20 s`. */
export function useDuration(): (ms: number) => string {
  const t = useTranslations('common');
  return (ms) => {
    if (ms < 1000) return t('millis', { value: Math.round(ms) });
    if (ms < 60_000) return t('seconds', { value: ms / 1000 });
    const seconds = Math.round(ms / 1000);
    if (seconds % 60 === 0) return t('wholeMinutes', { minutes: seconds / 60 });
    return t('minutes', { minutes: Math.floor(seconds / 60), seconds: seconds % 60 });
  };
}
