import { HardDriveDownload, Square } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { BackupsSnapshot, StationStatus } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { useEvent } from '../stationclient.ts';
import { BackupForm } from './backupform.tsx';
import { BackupList } from './backuplist.tsx';
import { LastBackup } from './lastbackup.tsx';
import { TranscriptForm } from './transcriptform.tsx';

/** Backups: how the last one ended, the one under way, those in the folder, and the settings. */
export function BackupsPage({ engineer, status }: { engineer: boolean; status: StationStatus }) {
  const t = useTranslations('backups');
  const now = useEvent('backups.changed');
  const make = useAct('backups.make');
  const stop = useAct('backups.stop');
  if (!now) return <p className="loading">{t('loading')}</p>;
  const { config, running, lastGood, bucket } = now;
  return (
    <div className="stack">
      <LastBackup now={now} />
      <ErrorNotice error={make.error ?? stop.error} />
      {running && (
        <div className="progress">
          <div
            className="bar"
            role="progressbar"
            aria-label={t('progress')}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={percentOf(running)}
          >
            <div className="bar-fill" style={{ width: `${percentOf(running)}%` }} />
          </div>
          <p>{t(`stage.${running.stage}`)}</p>
        </div>
      )}
      {config.folder !== null && (
        <div className="row">
          <Button
            kind="primary"
            icon={HardDriveDownload}
            busy={make.busy}
            disabled={running !== null}
            onClick={() => void make.run({})}
          >
            {t('make')}
          </Button>
          {running && engineer && (
            <Button icon={Square} busy={stop.busy} onClick={() => void stop.run({})}>
              {t('stop')}
            </Button>
          )}
        </div>
      )}
      {config.folder !== null && (
        <BackupList method="backups.list" title={t('list')} version={`${lastGood?.at} ${config.folder}`} />
      )}
      {bucket !== null && (
        <BackupList
          method="backups.inBucket"
          title={t('inBucket', { place: bucket.place })}
          version={`${bucket.last?.at} ${bucket.place}`}
        />
      )}
      {engineer && <BackupForm config={config} targets={status.targets.map(({ name }) => name)} />}
      {engineer && <TranscriptForm rule={status.transcripts} />}
      {!engineer && config.folder === null && <p className="hint">{t('askEngineer')}</p>}
    </div>
  );
}

/** Each stage of the making has a quarter of the bar; sending has a bar of its own. */
function percentOf({ stage, done, of }: NonNullable<BackupsSnapshot['running']>): number {
  const part = of > 0 ? done / of : 0;
  return Math.round(stage === 'sending' ? part * 100 : (stages.indexOf(stage) + part) * 25);
}

const stages = ['copying', 'verifying', 'writing', 'checking'] as const;
