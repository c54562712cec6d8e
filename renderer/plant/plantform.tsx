import { PlugZap } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { PlantStatus } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { FilePick } from '../controls/filepick.tsx';
import { SaveRow } from '../controls/saverow.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { TextArea } from '../controls/textarea.tsx';
import { useForm } from '../controls/useform.ts';

const typedOf = ({ address, config }: PlantStatus) => ({
  /** The text and the name of a chosen file; it comes in place of the fields. */
  ...{ url: '', file: '' },
  ...{ host: address?.host ?? '', port: String(address?.port ?? 5432), database: address?.database ?? '' },
  ...{ user: address?.user ?? '', password: '', rootFile: address?.rootFile ?? '' },
  ...{ key: '', offline: config?.offline ?? 'goOn', askMs: String(config?.askMs ?? 1000), again: false },
});
type Typed = ReturnType<typeof typedOf>;

const reachedBy = ({ url, host, port, database, user, password, rootFile }: Typed) => {
  if (url !== '') return { url };
  const secret = password === '' ? {} : { password };
  const root = rootFile.trim() === '' ? {} : { rootFile: rootFile.trim() };
  return {
    login: { host: host.trim(), port: Number(port), database: database.trim(), user: user.trim(), ...root, ...secret },
  };
};
const isSame = (one: Typed, other: Typed): boolean =>
  JSON.stringify(reachedBy(one)) === JSON.stringify(reachedBy(other));

/** An address that stays is left out: the rules change while the plant is away, too. */
const paramsOf = (typed: Typed, now: PlantStatus) => {
  const { key, offline, askMs, again } = typed;
  const stays = now.config !== null && isSame(typed, typedOf(now));
  const trust = key.trim() === '' ? {} : { key: key.trim() };
  return { ...(stays ? {} : reachedBy(typed)), ...trust, offline, askMs: Number(askMs), again };
};

/** How the plant is reached. The secret is never shown; an empty one stays as it is kept. */
export function PlantForm({ now, onJoined }: { now: PlantStatus; onJoined: () => void }) {
  const t = useTranslations('plant.set');
  const tried = useAct('plant.try');
  const [answer, setAnswer] = useState<{ plantId: string; keyId: string | null }>();
  const form = useForm('plant.join', {
    first: typedOf(now),
    asks: true,
    params: (typed) => paramsOf(typed, now),
    words: (name, { [name]: typed }) =>
      typed === '' ? undefined : t(name === 'port' || name === 'askMs' ? 'numberProblem' : 'fieldProblem'),
    onDone: onJoined,
  });
  const { values, set } = form;
  const isJoined = now.config !== null;
  const pick = async ([file]: File[]) => {
    if (file) set({ url: (await file.text()).trim(), file: file.name });
    setAnswer(undefined);
  };
  const attempt = async () => {
    setAnswer(undefined);
    setAnswer(await tried.run(reachedBy(values)));
  };
  return (
    <form className="card stack" aria-label={t(isJoined ? 'change' : 'join')} {...form.form}>
      <h3>{t(isJoined ? 'change' : 'join')}</h3>
      <FilePick
        label={t('file')}
        accept=".url,.txt"
        chosen={values.file || t('fileHint')}
        onFiles={(files) => void pick(files)}
      />
      {values.url === '' ? (
        <div className="fields three">
          <Field label={t('host')} placeholder="plant.example" maxLength={253} {...form.field('host')} />
          <Field label={t('port')} inputMode="numeric" maxLength={5} {...form.field('port')} />
          <Field label={t('database')} placeholder="birthmark" maxLength={63} {...form.field('database')} />
          <Field label={t('user')} placeholder="line1" maxLength={63} autoComplete="off" {...form.field('user')} />
          <Field
            label={t('password')}
            hint={t(isJoined ? 'passwordKept' : 'passwordHint')}
            type="password"
            autoComplete="new-password"
            maxLength={200}
            {...form.field('password')}
          />
          <Field label={t('rootFile')} hint={t('rootFileHint')} maxLength={400} {...form.field('rootFile')} />
        </div>
      ) : (
        <div className="row">
          <Button onClick={() => set({ url: '', file: '' })}>{t('typeIt')}</Button>
        </div>
      )}
      <TextArea
        label={t('key')}
        hint={t('keyHint')}
        rows={3}
        maxLength={1000}
        value={values.key}
        onValue={(key) => set({ key })}
      />
      <div className="row bottom">
        <SelectField
          label={t('offline')}
          value={values.offline}
          options={[
            { value: 'goOn', label: t('goOn') },
            { value: 'stop', label: t('stop') },
          ]}
          onPick={(offline) => set({ offline })}
        />
        <Field label={t('askMs')} inputMode="numeric" maxLength={5} {...form.field('askMs')} />
      </div>
      {now.problem?.code === 'plant.forked' && (
        <label className="check">
          <input type="checkbox" checked={values.again} onChange={(event) => set({ again: event.target.checked })} />
          {t('again')}
        </label>
      )}
      <ErrorNotice error={tried.error} />
      <span role="status">
        {answer &&
          (answer.keyId === null
            ? t('answersBare', { plantId: answer.plantId })
            : t('answers', { plantId: answer.plantId, keyId: answer.keyId }))}
      </span>
      <div className="row">
        <Button icon={PlugZap} busy={tried.busy} disabled={!form.fits} onClick={() => void attempt()}>
          {t('try')}
        </Button>
      </div>
      <SaveRow form={form} save={t(isJoined ? 'save' : 'join')} saved="" />
    </form>
  );
}
