import { useTranslations } from 'use-intl';
import { Field } from '../controls/field.tsx';
import type { Fields } from '../controls/formfields.ts';
import type { TargetDraft } from './targetrules.ts';

/** The fields of an AWS target. Spaces alone count as empty. */
export function TargetFields({
  field,
  withDevice = false,
}: Pick<Fields<TargetDraft>, 'field'> & { withDevice?: boolean }) {
  const t = useTranslations('station.cloud');
  const trimmed = (name: keyof TargetDraft) => {
    const { onValue, ...rest } = field(name);
    return { ...rest, onValue: (typed: string) => onValue(typed.trim() === '' ? '' : typed) };
  };
  return (
    <div className="fields">
      <Field label={t('region')} hint={t('regionHint')} {...trimmed('region')} />
      <Field label={t('bucket')} {...trimmed('bucket')} />
      <Field label={t('roleArn')} hint={t('roleHint')} {...trimmed('roleArn')} />
      <Field label={t('policies')} hint={t('policiesHint')} {...trimmed('policyNames')} />
      {withDevice && <Field label={t('device')} hint={t('deviceHint')} {...trimmed('device')} />}
      <Field label={t('endpoint')} hint={t('endpointHint')} {...trimmed('endpointUrl')} />
    </div>
  );
}
