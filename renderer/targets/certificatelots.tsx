import { FileBadge, Play, Square } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { CertificateJob } from '../../app/contract/model.ts';
import { useAct, useRead } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { EmptyState } from '../controls/emptystate.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { hrefTo } from '../route.ts';
import { useCertificateJobs } from '../stationclient.ts';
import { CertificatesForm } from './certificatesform.tsx';

const shown = 100;

/** Acts on many device certificates in AWS: a new one, and those that were begun, with their progress and results. */
export function CertificateLots({ targets }: { targets: readonly string[] }) {
  const t = useTranslations('targets.lots');
  const jobs = useCertificateJobs() ?? [];
  return (
    <section className="stack" aria-label={t('title')}>
      <h3>{t('title')}</h3>
      <CertificatesForm targets={targets} />
      {jobs.length === 0 && <EmptyState icon={FileBadge} title={t('empty')} hint={t('emptyHint')} />}
      {jobs.map((job) => (
        <Lot key={job.jobId} job={job} />
      ))}
    </section>
  );
}

function Lot({ job }: { job: CertificateJob }) {
  const t = useTranslations('targets.lots');
  const [open, setOpen] = useState(false);
  const stop = useAct('cloud.stopCertificates');
  const resume = useAct('cloud.resumeCertificates');
  const {
    jobId,
    act,
    target,
    createdAt,
    actor,
    count,
    done,
    unknown,
    refused,
    state,
    etaSeconds,
    waitingReason,
    error,
  } = job;
  const title = t('lot', { act: t(`acts.${act}`), target });
  const settled = done + unknown + refused;
  return (
    <section className="card stack" aria-label={`${title} ${jobId}`}>
      <h4>{title}</h4>
      <p className="hint">
        <Timestamp at={createdAt} /> {actor}
      </p>
      <div className="progress">
        <div
          className="bar"
          role="progressbar"
          aria-label={t('progress', { settled, count })}
          aria-valuemin={0}
          aria-valuemax={count}
          aria-valuenow={settled}
        >
          <div className="bar-fill" style={{ width: `${(100 * settled) / count}%` }} />
        </div>
      </div>
      <p role="status">
        {t(`state.${state}`)} {t('counts', { count, done, unknown, refused })}{' '}
        {waitingReason ? t(`waiting.${waitingReason}`) : etaSeconds !== null && t('eta', { seconds: etaSeconds })}
      </p>
      <ErrorNotice error={stop.error ?? resume.error ?? error} />
      <div className="row">
        {state === 'resting' && (
          <Button kind="primary" icon={Play} busy={resume.busy} onClick={() => void resume.run({ jobId })}>
            {t('resume')}
          </Button>
        )}
        {(state === 'running' || state === 'resting') && (
          <Button icon={Square} busy={stop.busy} onClick={() => void stop.run({ jobId })}>
            {t('stop')}
          </Button>
        )}
        <Button aria-expanded={open} onClick={() => setOpen(!open)}>
          {t('results')}
        </Button>
      </div>
      {open && <Results jobId={jobId} version={settled} />}
    </section>
  );
}

function Results({ jobId, version }: { jobId: string; version: number }) {
  const t = useTranslations('targets.lots');
  const { data, error } = useRead('cloud.certificateResults', { jobId, limit: shown }, version);
  if (error) return <ErrorNotice error={error} />;
  if (!data) return <p className="hint">{t('reading')}</p>;
  return (
    <>
      <ul className="reasons">
        {data.rows.map(({ serialHex, unitSerial, outcome, detail }) => (
          <li key={serialHex} className="row">
            <a href={hrefTo.unit(unitSerial)}>{unitSerial}</a> <span>{t(`outcome.${outcome}`)}</span>
            {detail !== undefined && (
              <span className="hint" lang="en">
                {detail}
              </span>
            )}
          </li>
        ))}
      </ul>
      {data.total > data.rows.length && (
        <p className="hint">{t('first', { shown: data.rows.length, total: data.total })}</p>
      )}
    </>
  );
}
