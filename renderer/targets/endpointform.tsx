import { CloudDownload, Save, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { StationStatus } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { useForm } from '../controls/useform.ts';

/** The host to which the units connect. It is sealed into each of them, so it is held against AWS's. */
export function EndpointForm({ status }: { status: StationStatus }) {
  const { endpoint, device } = status;
  return (
    <div className="stack tight">
      {endpoint && !endpoint.same && <OtherEndpoint endpoint={endpoint} />}
      <HostForm key={device.endpoint} host={device.endpoint} />
    </div>
  );
}

function OtherEndpoint({ endpoint: { target, aws, sealed } }: { endpoint: NonNullable<StationStatus['endpoint']> }) {
  const t = useTranslations('targets.host');
  const take = useAct('targets.takeEndpoint');
  return (
    <section className="notice">
      <TriangleAlert aria-hidden="true" />
      <div>
        <strong>{t('other')}</strong>
        <p>{t('otherMeaning', { sealed: sealed || '–', target, aws })}</p>
        <ErrorNotice error={take.error} />
      </div>
      <Button size="bench" icon={CloudDownload} busy={take.busy} onClick={() => void take.run({ name: target })}>
        {t('take')}
      </Button>
    </section>
  );
}

function HostForm({ host }: { host: string }) {
  const t = useTranslations('station');
  const form = useForm('station.configure', {
    first: { endpoint: host },
    keeps: true,
    params: ({ endpoint }) => ({ device: { endpoint: endpoint.trim() } }),
    words: () => t('cloud.problem'),
  });
  return (
    <form className="stack tight" {...form.form}>
      <Field label={t('cloud.device')} hint={t('cloud.deviceHint')} {...form.field('endpoint')} />
      <ErrorNotice error={form.error} />
      <div className="row">
        <Button icon={Save} {...form.button}>
          {t('cloud.saveDevice')}
        </Button>
        <span role="status">{form.done ? t('saved') : ''}</span>
      </div>
    </form>
  );
}
