import { CircleCheck, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { BackupsSnapshot } from '../../app/contract/index.ts';
import { errorCodes, sendRemedyOf } from '../../app/contract/index.ts';
import { Timestamp } from '../controls/timestamp.tsx';
import { knows, useErrorWords } from '../words/index.ts';

const codes = Object.fromEntries(errorCodes.map((code) => [code, true])) as Record<(typeof errorCodes)[number], true>;

/** The state in one sentence, and what to do when it is not good. */
export function LastBackup({ now }: { now: BackupsSnapshot }) {
  const t = useTranslations('backups');
  const wordsOf = useErrorWords();
  const { config, lastGood, lastFailed, overdue, nextAt, bucket } = now;
  const twin = lastGood?.twins?.[0] ?? bucket?.last?.twins?.[0];
  const isGood = lastGood !== null && !overdue && lastFailed === null && !bucket?.failed && twin === undefined;
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
        {lastFailed?.detail !== undefined && (
          <p className="fine" lang="en">
            {lastFailed.detail}
          </p>
        )}
        {bucket !== null && <InBucket bucket={bucket} />}
        {lastGood?.sameDisk && <p>{t('sameDisk')}</p>}
        {twin !== undefined && <p>{t('twin', { name: twin })}</p>}
        {nextAt !== null && now.running === null && (
          <p className="hint">{t.rich('next', { time: () => <Timestamp at={nextAt} /> })}</p>
        )}
      </div>
    </div>
  );
}

/** Whether the bucket has the last backup, and what to do when it has not. */
function InBucket({ bucket: { place, last, failed, nextAt } }: { bucket: NonNullable<BackupsSnapshot['bucket']> }) {
  const t = useTranslations('backups');
  const remedies = useTranslations('findingRemedies');
  const wordsOf = useErrorWords();
  if (failed?.code === undefined)
    return (
      <p>
        {last === null ? t('sentFirst', { place }) : t.rich('sent', { place, time: () => <Timestamp at={last.at} /> })}
      </p>
    );
  return (
    <>
      <p>
        {t.rich('unsent', { place, time: () => <Timestamp at={failed.at} /> })} {wordsOf({ code: failed.code }).what}{' '}
        {remedies(sendRemedyOf(failed.code))}
        {nextAt !== null && <> {t.rich('sendNext', { time: () => <Timestamp at={nextAt} /> })}</>}
      </p>
      <p className="fine" lang="en">
        {failed.detail}
      </p>
    </>
  );
}
