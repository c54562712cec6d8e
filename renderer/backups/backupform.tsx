import { useTranslations } from 'use-intl';
import type { BackupConfig } from '../../app/contract/index.ts';
import { Field } from '../controls/field.tsx';
import { SaveRow } from '../controls/saverow.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { useForm } from '../controls/useform.ts';

const none = '';

const typedOf = ({ folder, everyHours, overdueHours, keep, bucket }: BackupConfig) => ({
  folder: folder ?? '',
  target: bucket?.target ?? none,
  bucket: bucket?.bucket ?? '',
  prefix: bucket?.prefix ?? 'backups/',
  everyHours: String(everyHours),
  overdueHours: String(overdueHours),
  daily: String(keep.daily),
  weekly: String(keep.weekly),
  monthly: String(keep.monthly),
});
type Typed = ReturnType<typeof typedOf>;

const paramsOf = (typed: Typed): BackupConfig => ({
  folder: typed.folder.trim() === '' ? null : typed.folder.trim(),
  ...(typed.target === none
    ? {}
    : { bucket: { target: typed.target, bucket: typed.bucket.trim() || null, prefix: typed.prefix.trim() } }),
  everyHours: Number(typed.everyHours),
  overdueHours: Number(typed.overdueHours),
  keep: { daily: Number(typed.daily), weekly: Number(typed.weekly), monthly: Number(typed.monthly) },
});

/** Where backups go, how often, and how long they are kept. */
export function BackupForm({ config, targets }: { config: BackupConfig; targets: readonly string[] }) {
  const t = useTranslations('backups.set');
  const form = useForm('backups.configure', {
    first: typedOf(config),
    keeps: true,
    params: paramsOf,
    words: (name) => (name === 'folder' ? undefined : name === 'bucket' ? t('bucketProblem') : t('numberProblem')),
  });
  return (
    <form className="stack" aria-label={t('title')} {...form.form}>
      <h3>{t('title')}</h3>
      <Field label={t('folder')} hint={t('folderHint')} maxLength={400} {...form.field('folder')} />
      <div className="row bottom">
        <SelectField
          label={t('target')}
          value={form.values.target}
          options={[{ value: none, label: t('noBucket') }, ...targets.map((name) => ({ value: name, label: name }))]}
          onPick={(target) => form.set({ target })}
        />
        {form.values.target !== none && (
          <>
            <Field label={t('bucket')} placeholder={t('bucketOfTarget')} maxLength={63} {...form.field('bucket')} />
            <Field label={t('prefix')} maxLength={200} {...form.field('prefix')} />
          </>
        )}
      </div>
      {form.values.target !== none && <p className="hint">{t('bucketHint')}</p>}
      <div className="row bottom">
        <Field label={t('everyHours')} inputMode="numeric" maxLength={3} {...form.field('everyHours')} />
        <Field label={t('overdueHours')} inputMode="numeric" maxLength={4} {...form.field('overdueHours')} />
      </div>
      <fieldset className="row bottom">
        <legend className="label">{t('keep')}</legend>
        <Field label={t('daily')} inputMode="numeric" maxLength={3} {...form.field('daily')} />
        <Field label={t('weekly')} inputMode="numeric" maxLength={3} {...form.field('weekly')} />
        <Field label={t('monthly')} inputMode="numeric" maxLength={3} {...form.field('monthly')} />
      </fieldset>
      <p className="hint">{t('meaning')}</p>
      <SaveRow form={form} save={t('save')} saved={t('saved')} />
    </form>
  );
}
