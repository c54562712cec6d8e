import { CircleCheck, ListRestart, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { StationStatus } from '../../app/contract/index.ts';
import { useAct, useRead } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { CopyButton } from '../controls/copybutton.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { NamedValues } from '../controls/namedvalues.tsx';
import { SaveButton } from '../controls/savebuttons.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { CrlSchedule } from './crlschedule.tsx';

/** The state of the CRL, and the button that makes one now. */
export function CrlCard({ status, engineer }: { status: StationStatus; engineer: boolean }) {
  const t = useTranslations('station.crl');
  const crl = useRead('crl.status', {}, status.seq);
  const pem = useRead('crl.show', {}, crl.data?.last?.number).data?.pem ?? null;
  const make = useAct('crl.make');
  const data = crl.data;
  if (!data) return <ErrorNotice error={crl.error} />;
  const { last, due } = data;
  const Icon = due === null ? CircleCheck : TriangleAlert;
  const soon = status.ca.state === 'unlocked' ? t('dueSoon') : t('dueLocked');
  return (
    <section className="stack" aria-label={t('title')}>
      <h3>{t('title')}</h3>
      <div className={`banner ${due === null ? 'good' : 'warn'}`}>
        <Icon aria-hidden="true" />
        <div>
          <p className="lead">
            <strong>{due === null ? t('current') : t(`due.${due}`)}</strong>
          </p>
          <p>{due === null ? t('currentMeaning', { hours: data.schedule.everyHours }) : soon}</p>
          {data.trouble !== null && <p className="fine">{t('trouble', { code: data.trouble })}</p>}
        </div>
      </div>
      <NamedValues
        facts={[
          [t('number'), last?.number ?? t('never')],
          [t('entries'), last?.entries ?? '–'],
          [t('made'), last ? <Timestamp key="m" at={last.thisUpdateAt} /> : t('never')],
          [t('ends'), last ? <Timestamp key="e" at={last.nextUpdateAt} /> : '–'],
          [t('file'), <code key="f">{data.file}</code>],
          [t('uploaded'), data.uploaded === null ? t('notUploaded') : t('uploadedNumber', { number: data.uploaded })],
          [t('waiting'), data.cloudWaiting],
        ]}
      />
      <ErrorNotice error={make.error} />
      <div className="row">
        {engineer && (
          <Button
            kind="primary"
            icon={ListRestart}
            busy={make.busy}
            disabled={status.ca.state !== 'unlocked'}
            onClick={() => void make.run({}).then(crl.reload)}
          >
            {t('make')}
          </Button>
        )}
        {pem !== null && <CopyButton text={pem} label={t('copy')} />}
        {pem !== null && (
          <SaveButton file={{ what: 'text', name: 'issuing.crl.pem', content: pem }}>{t('save')}</SaveButton>
        )}
      </div>
      {engineer && <CrlSchedule schedule={data.schedule} onSaved={crl.reload} />}
    </section>
  );
}
