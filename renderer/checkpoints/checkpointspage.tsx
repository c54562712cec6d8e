import { Send } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { CheckpointsSnapshot, StationStatus } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { CopyButton } from '../controls/copybutton.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { useEvent } from '../stationclient.ts';
import { CheckpointForm } from './checkpointform.tsx';
import { CheckpointState } from './checkpointstate.tsx';
import { PlaceTable } from './placetable.tsx';

/** Published checkpoints: how they stand, where they go, and the settings. */
export function CheckpointsPage({ engineer, status }: { engineer: boolean; status: StationStatus }) {
  const t = useTranslations('checkpoints');
  const now = useEvent('checkpoints.changed');
  const publish = useAct('checkpoints.publish');
  if (!now) return <p className="loading">{t('loading')}</p>;
  const { places, config, running } = now;
  return (
    <div className="stack">
      <CheckpointState now={now} />
      <ErrorNotice error={publish.error} />
      {places.length > 0 && <PlaceTable places={places} />}
      {places.length > 0 && (
        <div className="row">
          <Button
            kind="primary"
            icon={Send}
            busy={publish.busy}
            disabled={running}
            onClick={() => void publish.run({})}
          >
            {t('publish')}
          </Button>
        </div>
      )}
      <LogKey now={now} />
      {engineer ? (
        <CheckpointForm config={config} targets={status.targets.map(({ name }) => name)} />
      ) : (
        places.length === 0 && <p className="hint">{t('askEngineer')}</p>
      )}
    </div>
  );
}

/** The key that those who run a witness or read an export must have. */
function LogKey({ now: { logKey } }: { now: CheckpointsSnapshot }) {
  const t = useTranslations('checkpoints');
  if (logKey === null) return null;
  return (
    <section className="stack" aria-label={t('key')}>
      <h3>{t('key')}</h3>
      <p className="mono wrap">{logKey}</p>
      <div className="row">
        <CopyButton text={logKey} label={t('copyKey')} />
        <p className="hint">{t('keyMeaning')}</p>
      </div>
    </section>
  );
}
