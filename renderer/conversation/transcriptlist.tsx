import { MessagesSquare } from 'lucide-react';
import { useFormatter, useTranslations } from 'use-intl';
import { useRead } from '../calls.ts';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { hrefTo } from '../route.ts';

/** Every attempt's conversation with the device, the last one first. */
export function TranscriptList({ unitSerial, version }: { unitSerial: string; version: string }) {
  const t = useTranslations('transcript');
  const format = useFormatter();
  const { data, error } = useRead('units.transcripts', { unitSerial }, version);
  return (
    <section className="card">
      <h2>{t('title')}</h2>
      <ErrorNotice error={error} />
      {data?.length === 0 && <p className="hint">{t('none')}</p>}
      <ul className="transcripts">
        {[...(data ?? [])].reverse().map(({ attempt, startedAt, driver, bytes, truncated }) => (
          <li key={startedAt}>
            <MessagesSquare aria-hidden="true" />
            <a href={hrefTo.conversation(unitSerial, { attempt, startedAt })}>{t('ofAttempt', { attempt })}</a>
            <span className="hint">
              {driver} · {t('size', { size: format.number(bytes / 1024, { maximumFractionDigits: 1 }) })} ·{' '}
              <Timestamp at={startedAt} />
              {truncated && ` · ${t('truncatedShort')}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
