import { Save } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { StationStatus } from '../../app/contract/index.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { useForm } from '../controls/useform.ts';

/** The host to which the units connect. It is sealed into each of them. */
export function EndpointForm({ status }: { status: StationStatus }) {
  const t = useTranslations('station');
  const form = useForm('station.configure', {
    first: { endpoint: status.device.endpoint },
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
