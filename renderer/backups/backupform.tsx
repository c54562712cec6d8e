import { useTranslations } from 'use-intl';
import type { BackupConfig } from '../../app/contract/index.ts';
import { Field } from '../controls/field.tsx';
import { SaveRow } from '../controls/saverow.tsx';
import { useForm } from '../controls/useform.ts';

const typedOf = ({ folder, everyHours, overdueHours, keep }: BackupConfig) => ({
  folder: folder ?? '',
  everyHours: String(everyHours),
  overdueHours: String(overdueHours),
  daily: String(keep.daily),
  weekly: String(keep.weekly),
  monthly: String(keep.monthly),
});
type Typed = ReturnType<typeof typedOf>;

const paramsOf = ({ folder, everyHours, overdueHours, daily, weekly, monthly }: Typed): BackupConfig => ({
  folder: folder.trim() === '' ? null : folder.trim(),
  everyHours: Number(everyHours),
  overdueHours: Number(overdueHours),
  keep: { daily: Number(daily), weekly: Number(weekly), monthly: Number(monthly) },
});

/** Where backups go, how often, and how long they are kept. */
export function BackupForm({ config }: { config: BackupConfig }) {
  const t = useTranslations('backups.set');
  const form = useForm('backups.configure', {
    first: typedOf(config),
    keeps: true,
    params: paramsOf,
    words: (name) => (name === 'folder' ? undefined : t('numberProblem')),
  });
  return (
    <form className="stack" aria-label={t('title')} {...form.form}>
      <h3>{t('title')}</h3>
      <Field label={t('folder')} hint={t('folderHint')} maxLength={400} {...form.field('folder')} />
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
