import { CircleCheck, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { BackupsSnapshot } from '../../app/contract/index.ts';
import { errorCodes } from '../../app/contract/index.ts';
import { Timestamp } from '../controls/timestamp.tsx';
import { knows, useErrorWords } from '../words/index.ts';

const codes = Object.fromEntries(errorCodes.map((code) => [code, true])) as Record<(typeof errorCodes)[number], true>;

/** The state in one sentence, and what to do when it is not good. */
export function LastBackup({ now }: { now: BackupsSnapshot }) {
  const t = useTranslations('backups');
  const wordsOf = useErrorWords();
  const { config, lastGood, lastFailed, overdue, nextAt } = now;
  const isGood = lastGood !== null && !overdue && lastFailed === null && !lastGood.twins?.length;
  const failure =
    lastFailed?.code !== undefined && knows(codes, lastFailed.code)
      ? wordsOf({ code: lastFailed.code, data: {} })
      : undefined;
  return (
    <div className={`banner ${isGood ? 'good' : 'warn'}`} role="status">
      {isGood ? <CircleCheck aria-hidden="true" /> : <TriangleAlert aria-hidden="true" />}
      <div>
        <p className="lead">
          <strong>
            {lastGood === null
              ? t(config.folder === null ? 'none' : 'first')
              : t.rich(overdue ? 'lastOld' : 'last', { time: () => <Timestamp at={lastGood.at} /> })}
          </strong>
        </p>
        {config.folder === null && <p>{t('noneMeaning')}</p>}
        {lastFailed !== null && (
          <p>
            {t.rich('failed', { time: () => <Timestamp at={lastFailed.at} /> })} {failure?.what} {failure?.next}
          </p>
        )}
        {lastFailed?.detail !== undefined && <p className="fine">{lastFailed.detail}</p>}
        {lastGood?.sameDisk && <p>{t('sameDisk')}</p>}
        {lastGood?.twins?.[0] !== undefined && <p>{t('twin', { name: lastGood.twins[0] })}</p>}
        {nextAt !== null && now.running === null && (
          <p className="hint">{t.rich('next', { time: () => <Timestamp at={nextAt} /> })}</p>
        )}
      </div>
    </div>
  );
}
