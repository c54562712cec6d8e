import { Save } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { CloudTarget } from '../../app/contract/index.ts';
import { useRead } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { useForm } from '../controls/useform.ts';
import { TargetFields } from '../station/targetfields.tsx';
import { targetDraftOf, targetParams } from '../station/targetrules.ts';
import { versionsByName } from '../templates/templateversions.ts';

/** Adds a target, or changes the one that is given. */
export function TargetForm({ target, onDone }: { target?: CloudTarget; onDone: () => void }) {
  const t = useTranslations('targets');
  const form = useForm('targets.save', {
    first: {
      ...targetDraftOf(target, ''),
      name: target?.name ?? '',
      accountId: target?.accountId ?? '',
      profile: target?.profile ?? '',
      template: target?.template ?? '',
    },
    asks: true,
    params: ({ name, accountId, profile, template, ...draft }) => ({
      target: {
        ...unshown(target),
        ...targetParams(draft).cloud,
        name,
        ...(accountId === '' ? {} : { accountId }),
        ...(profile === '' ? {} : { profile }),
        ...(template === '' ? {} : { template }),
      },
    }),
    words: () => t('problem'),
    onDone,
  });
  return (
    <form className="stack" aria-label={target?.name ?? t('add')} {...form.form}>
      <div className="fields">
        {!target && <Field label={t('name')} hint={t('nameHint')} {...form.field('name')} />}
        <Field label={t('accountId')} hint={t('accountHint')} {...form.field('accountId')} />
        <Field label={t('profile')} hint={t('profileHint')} {...form.field('profile')} />
        <TemplateChoice value={form.values.template} onPick={(template) => form.set({ template })} />
      </div>
      <TargetFields field={form.field} />
      <ErrorNotice error={form.error} />
      <div className="row">
        <Button kind="primary" icon={Save} {...form.button}>
          {t('save')}
        </Button>
        <Button onClick={onDone}>{t('cancel')}</Button>
      </div>
    </form>
  );
}

/** What the form does not show stays as it is. */
function unshown(target: CloudTarget | undefined): Partial<CloudTarget> {
  const { thingTypeName, thingGroups, billingGroup, rates } = target ?? {};
  const all = { thingTypeName, thingGroups, billingGroup, rates };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** The kept templates that batches can use. The empty value is the station's own. */
function TemplateChoice({ value, onPick }: { value: string; onPick: (name: string) => void }) {
  const t = useTranslations('targets');
  const { data = [] } = useRead('documents.list', { kind: 'template' });
  const latest = [...versionsByName(data).values()].flatMap(([newest]) => newest ?? []);
  const kept = latest.filter(({ form, text }) => form === 'bulk' && text !== null).map(({ name }) => name);
  const names = value === '' || kept.includes(value) ? kept : [...kept, value];
  return (
    <div>
      <SelectField
        label={t('template')}
        value={value}
        options={[{ value: '', label: t('ownTemplate') }, ...names.map((name) => ({ value: name, label: name }))]}
        onPick={onPick}
      />
      <p className="hint">{t('templateHint')}</p>
    </div>
  );
}
