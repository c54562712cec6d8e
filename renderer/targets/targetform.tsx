import { Save } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { CloudTarget } from '../../app/contract/index.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { useForm } from '../controls/useform.ts';
import { TargetFields } from '../station/targetfields.tsx';
import { targetDraftOf, targetParams } from '../station/targetrules.ts';

/** Adds a target, or changes the one that is given. */
export function TargetForm({ target, onDone }: { target?: CloudTarget; onDone: () => void }) {
  const t = useTranslations('targets');
  const form = useForm('targets.save', {
    first: {
      ...targetDraftOf(target, ''),
      name: target?.name ?? '',
      accountId: target?.accountId ?? '',
      profile: target?.profile ?? '',
    },
    asks: true,
    params: ({ name, accountId, profile, ...draft }) => ({
      target: {
        // What the form does not show stays as it is.
        ...target,
        endpointUrl: undefined,
        ...targetParams(draft).cloud,
        name,
        accountId: accountId || undefined,
        profile: profile || undefined,
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
