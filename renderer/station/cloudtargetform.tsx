import { Save, Unlink } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { StationStatus } from '../../app/contract/index.ts';
import { CloudNotice } from '../batches/cloudnotice.tsx';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { Confirm } from '../controls/confirm.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { targetDraftOf, targetFits, targetOf } from './targetdraft.ts';
import { TargetFields } from './targetfields.tsx';

/** Where passed units are registered. */
export function CloudTargetForm({ status }: { status: StationStatus }) {
  const t = useTranslations('station');
  const [draft, setDraft] = useState(() => targetDraftOf(status.cloud, status.device.endpoint));
  const [saved, setSaved] = useState(false);
  const [forgetting, setForgetting] = useState(false);
  const { run, busy, error } = useAct('station.configure');
  const cloud = targetOf(draft);
  const ready = cloud !== undefined && targetFits.device(draft.device);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (ready && (await run({ cloud, device: { endpoint: draft.device } }))) setSaved(true);
  };
  return (
    <form className="stack" onSubmit={(event) => void submit(event)}>
      {status.cloud && <CloudNotice status={status} />}
      <p className="hint">{t('cloud.credentials')}</p>
      <TargetFields
        draft={draft}
        onDraft={(next) => {
          setDraft(next);
          setSaved(false);
        }}
      />
      <ErrorNotice error={error} />
      <div className="row">
        <Button kind="primary" icon={Save} submit busy={busy} disabled={!ready}>
          {t('cloud.save')}
        </Button>
        {status.cloud && (
          <Button kind="danger" icon={Unlink} onClick={() => setForgetting(true)}>
            {t('cloud.forget')}
          </Button>
        )}
        <span role="status">{saved ? t('saved') : ''}</span>
      </div>
      <Confirm
        open={forgetting}
        title={t('cloud.forgetTitle')}
        meaning={t('cloud.forgetMeaning')}
        act={t('cloud.forget')}
        busy={busy}
        onCancel={() => setForgetting(false)}
        onConfirm={async () => {
          if (await run({ cloud: null })) setForgetting(false);
        }}
      />
    </form>
  );
}
