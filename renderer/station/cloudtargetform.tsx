import { Save, Unlink } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { firstTargetName, type StationStatus } from '../../app/contract/index.ts';
import { CloudNotice } from '../batches/cloudnotice.tsx';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { Confirm } from '../controls/confirm.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { useForm } from '../controls/useform.ts';
import { TargetFields } from './targetfields.tsx';
import { targetDraftOf, targetParams } from './targetrules.ts';

/** The AWS target for the registration of passed units. */
export function CloudTargetForm({ status }: { status: StationStatus }) {
  const t = useTranslations('station');
  const [forgetting, setForgetting] = useState(false);
  const forget = useAct('targets.remove');
  const form = useForm('targets.save', {
    first: targetDraftOf(status.cloud, status.device.endpoint),
    keeps: true,
    params: (typed) => ({ target: { name: status.cloud?.name ?? firstTargetName, ...targetParams(typed).cloud } }),
    words: () => t('cloud.problem'),
  });
  return (
    <form className="stack" {...form.form}>
      {status.cloud && <CloudNotice status={status} />}
      <p className="hint">{t('cloud.credentials')}</p>
      <TargetFields field={form.field} />
      <ErrorNotice error={form.error} />
      <div className="row">
        <Button kind="primary" icon={Save} {...form.button}>
          {t('cloud.save')}
        </Button>
        {status.cloud && (
          <Button kind="danger" icon={Unlink} onClick={() => setForgetting(true)}>
            {t('cloud.forget')}
          </Button>
        )}
        <span role="status">{form.done ? t('saved') : ''}</span>
      </div>
      <Confirm
        open={forgetting}
        title={t('cloud.forgetTitle')}
        meaning={t('cloud.forgetMeaning')}
        act={t('cloud.forget')}
        busy={forget.busy}
        onCancel={() => setForgetting(false)}
        onConfirm={async () => {
          if (await forget.run({ name: status.cloud?.name ?? firstTargetName })) setForgetting(false);
        }}
      >
        <ErrorNotice error={forget.error} />
      </Confirm>
    </form>
  );
}
