import { useTranslations } from 'use-intl';
import type { CheckpointConfig } from '../../app/contract/index.ts';
import { Field } from '../controls/field.tsx';
import { SaveRow } from '../controls/saverow.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { TextArea } from '../controls/textarea.tsx';
import { useForm } from '../controls/useform.ts';

const none = '';
type Lock = '' | 'GOVERNANCE' | 'COMPLIANCE';

const typedOf = ({ bucket, witnesses, ...config }: CheckpointConfig) => ({
  everyHours: config.everyHours === null ? '' : String(config.everyHours),
  at: config.at ?? '',
  shiftEnd: config.shiftEnd,
  overdueHours: String(config.overdueHours),
  folder: config.folder ?? '',
  target: bucket?.target ?? none,
  bucket: bucket?.bucket ?? '',
  prefix: bucket?.prefix ?? 'checkpoints/',
  mode: (bucket?.lock?.mode ?? none) as Lock,
  days: String(bucket?.lock?.days ?? 3650),
  witnesses: witnesses.map(({ url, key }) => `${url} ${key}`).join('\n'),
});
type Typed = ReturnType<typeof typedOf>;

const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());
const paramsOf = (typed: Typed): CheckpointConfig => ({
  everyHours: orNull(typed.everyHours) === null ? null : Number(typed.everyHours),
  at: orNull(typed.at),
  shiftEnd: typed.shiftEnd,
  overdueHours: Number(typed.overdueHours),
  folder: orNull(typed.folder),
  bucket:
    typed.target === none
      ? null
      : {
          ...{ target: typed.target, bucket: orNull(typed.bucket), prefix: typed.prefix.trim() },
          lock: typed.mode === none ? null : { mode: typed.mode, days: Number(typed.days) },
        },
  witnesses: typed.witnesses
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [url = '', ...key] = line.trim().split(/\s+/);
      return { url, key: key.join(' ') };
    }),
});

/** When checkpoints are published, and where to. */
export function CheckpointForm({ config, targets }: { config: CheckpointConfig; targets: readonly string[] }) {
  const t = useTranslations('checkpoints.set');
  const form = useForm('checkpoints.configure', {
    first: typedOf(config),
    keeps: true,
    params: paramsOf,
    words: (name) =>
      name === 'everyHours' || name === 'overdueHours' || name === 'days' ? t('numberProblem') : t('formProblem'),
  });
  const { values, set } = form;
  const isWrong = form.wrong.has('witnesses');
  return (
    <form className="stack" aria-label={t('title')} {...form.form}>
      <h3>{t('title')}</h3>
      <fieldset className="row bottom">
        <legend className="label">{t('when')}</legend>
        <Field label={t('everyHours')} inputMode="numeric" maxLength={3} {...form.field('everyHours')} />
        <Field label={t('at')} placeholder="06:00" maxLength={5} {...form.field('at')} />
        <Field label={t('overdueHours')} inputMode="numeric" maxLength={4} {...form.field('overdueHours')} />
      </fieldset>
      <label className="check">
        <input
          type="checkbox"
          checked={values.shiftEnd}
          onChange={(event) => set({ shiftEnd: event.target.checked })}
        />
        {t('shiftEnd')}
      </label>
      <p className="hint">{t('also')}</p>
      <Field label={t('folder')} hint={t('folderHint')} maxLength={400} {...form.field('folder')} />
      <div className="row bottom">
        <SelectField
          label={t('target')}
          value={values.target}
          options={[{ value: none, label: t('noBucket') }, ...targets.map((name) => ({ value: name, label: name }))]}
          onPick={(target) => set({ target })}
        />
        {values.target !== none && (
          <>
            <Field label={t('bucket')} placeholder={t('bucketOfTarget')} maxLength={63} {...form.field('bucket')} />
            <Field label={t('prefix')} maxLength={200} {...form.field('prefix')} />
            <SelectField
              label={t('lock')}
              value={values.mode}
              options={[
                { value: none as Lock, label: t('noLock') },
                { value: 'GOVERNANCE', label: t('governance') },
                { value: 'COMPLIANCE', label: t('compliance') },
              ]}
              onPick={(mode) => set({ mode })}
            />
            {values.mode !== none && (
              <Field label={t('days')} inputMode="numeric" maxLength={5} {...form.field('days')} />
            )}
          </>
        )}
      </div>
      {values.mode === 'COMPLIANCE' && values.target !== none && <p className="hint">{t('complianceMeaning')}</p>}
      <TextArea
        label={t('witnesses')}
        hint={isWrong ? t('witnessProblem') : t('witnessHint')}
        rows={3}
        maxLength={5000}
        value={values.witnesses}
        onValue={(witnesses) => set({ witnesses })}
      />
      <SaveRow form={form} save={t('save')} saved={t('saved')} />
    </form>
  );
}
