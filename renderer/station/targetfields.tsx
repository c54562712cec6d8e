import { useTranslations } from 'use-intl';
import { Field } from '../controls/field.tsx';
import { type TargetDraft, targetFits } from './targetdraft.ts';

/** The fields of an AWS target, each checked as it is typed. */
export function TargetFields({ draft, onDraft }: { draft: TargetDraft; onDraft: (draft: TargetDraft) => void }) {
  const t = useTranslations('station.cloud');
  const field = (key: keyof TargetDraft) => ({
    value: draft[key],
    onValue: (typed: string) => onDraft({ ...draft, [key]: typed.trim() === '' ? '' : typed }),
    problem: targetFits[key](draft[key]) ? undefined : t('problem'),
  });
  return (
    <div className="fields">
      <Field label={t('region')} hint={t('regionHint')} {...field('region')} />
      <Field label={t('bucket')} {...field('bucket')} />
      <Field label={t('roleArn')} hint={t('roleHint')} {...field('roleArn')} />
      <Field label={t('policies')} hint={t('policiesHint')} {...field('policyNames')} />
      <Field label={t('device')} hint={t('deviceHint')} {...field('device')} />
      <Field label={t('endpoint')} hint={t('endpointHint')} {...field('endpointUrl')} />
    </div>
  );
}
