import { KeyRound, Save, Send } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Result } from '../../app/contract/index.ts';
import type { IntakeChange, IntakeStatus, IntakeTrouble } from '../../app/contract/model.ts';
import { useAct, useRead } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { CopyButton } from '../controls/copybutton.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { useForm } from '../controls/useform.ts';

/** The fields have the names of the call's params, so that a refusal is shown at its field. */
type Draft = {
  dropFolder: string;
  port: string;
  host: string;
  certificateFile: string;
  keyFile: string;
  webhook: string;
  webhookCa: string;
  eventDays: string;
};

const draftOf = ({ dropFolder, hook, webhook, eventDays }: IntakeStatus): Draft => ({
  dropFolder: dropFolder?.folder ?? '',
  port: hook ? String(hook.port) : '',
  host: hook?.host ?? '127.0.0.1',
  certificateFile: '',
  keyFile: '',
  webhook: webhook?.url ?? '',
  webhookCa: webhook?.ca?.file ?? '',
  eventDays: eventDays === null ? '' : String(eventDays),
});

/** A field that is wrong is so at its own place; `Number` takes more than digits. */
const numberOf = (text: string): number => (/^\d+$/.test(text) ? Number(text) : Number.NaN);

/** Only what a person changed goes to the station, so that files of a certificate stay as they are. */
function changeOf(typed: Draft, status: IntakeStatus): IntakeChange {
  const before = draftOf(status);
  const draft = Object.fromEntries(Object.entries(typed).map(([name, text]) => [name, text.trim()])) as Draft;
  const { dropFolder, port, host, certificateFile, keyFile, webhook, webhookCa, eventDays } = draft;
  const hook = { host, port: numberOf(port), ...(certificateFile && { certificateFile }), ...(keyFile && { keyFile }) };
  const hookChanged = (['port', 'host', 'certificateFile', 'keyFile'] as const).some(
    (name) => draft[name] !== before[name],
  );
  return {
    ...(dropFolder === before.dropFolder ? {} : { dropFolder: dropFolder === '' ? null : dropFolder }),
    ...(hookChanged ? { hook: port === '' ? null : hook } : {}),
    ...(webhook === before.webhook ? {} : { webhook: webhook === '' ? null : { url: webhook } }),
    ...(webhookCa === before.webhookCa ? {} : { webhookCa: webhookCa === '' ? null : webhookCa }),
    ...(eventDays === before.eventDays ? {} : { eventDays: eventDays === '' ? null : numberOf(eventDays) }),
  };
}

/** The drop folder, the hook for an MES and the webhook. */
export function Intake() {
  const read = useRead('orders.intake', {});
  return (
    <>
      <ErrorNotice error={read.error} />
      {read.data && <IntakeForm status={read.data} onChanged={read.reload} />}
    </>
  );
}

function IntakeForm({ status, onChanged }: { status: IntakeStatus; onChanged: () => void }) {
  const t = useTranslations('orders.intake');
  const problem = useTranslations('station.cloud')('problem');
  const [shown, setShown] = useState<{ token?: string | undefined; secret?: string | undefined }>({});
  const show = ({ token, secret }: Result<'orders.setIntake'>) => {
    setShown({ token, secret });
    onChanged();
  };
  const form = useForm('orders.setIntake', {
    first: draftOf(status),
    keeps: true,
    params: (draft) => changeOf(draft, status),
    words: (name) => (name === 'eventDays' ? t('daysProblem') : problem),
    onDone: (done) => {
      form.set(draftOf(done));
      show(done);
    },
  });
  const act = useAct('orders.setIntake');
  const waitsFor = ({ trouble, error }: NonNullable<IntakeStatus['webhook']>) => {
    // An earlier version kept a sentence.
    if (trouble === null) return <span lang="en">{error}</span>;
    return trouble.what === 'answers'
      ? t('receiver.answers', { status: String(trouble.status) })
      : t(`receiver.${trouble.what}`);
  };
  const troubleOf = (part: { trouble: IntakeTrouble | null }) =>
    part.trouble && t(`trouble.${part.trouble.what}`, { code: part.trouble.code });
  const send = async (change: IntakeChange) => {
    const done = await act.run(change);
    if (done) show(done);
  };
  const { dropFolder, hook, webhook } = status;
  return (
    <form className="card stack" {...form.form}>
      <h3>{t('title')}</h3>
      <p className="hint">{t('hint')}</p>
      <div className="fields three">
        <Field label={t('folder')} hint={t('folderHint')} {...form.field('dropFolder')} />
        <Field label={t('hook')} hint={t('hookHint')} inputMode="numeric" {...form.field('port')} />
        <Field label={t('webhook')} hint={t('webhookHint')} {...form.field('webhook')} />
        <Field label={t('host')} hint={t('hostHint')} {...form.field('host')} />
        <Field label={t('certificate')} {...form.field('certificateFile')} />
        <Field label={t('key')} {...form.field('keyFile')} />
        <Field label={t('ca')} hint={t('caHint')} maxLength={400} {...form.field('webhookCa')} />
        <Field label={t('days')} hint={t('daysHint')} inputMode="numeric" {...form.field('eventDays')} />
      </div>
      <ul className="plain-list">
        <li>
          {t('folder')}:{' '}
          {dropFolder ? (troubleOf(dropFolder) ?? t('folderState', { count: dropFolder.taken })) : t('off')}
        </li>
        <li>
          {t('hook')}:{' '}
          {hook ? (troubleOf(hook) ?? (hook.url === null ? t('off') : t('hookState', { url: hook.url }))) : t('off')}
        </li>
        <li>
          {t('webhook')}: {webhook ? t('webhookState', { waiting: webhook.waiting }) : t('off')}{' '}
          {webhook?.error != null && <span className="hint block">{waitsFor(webhook)}</span>}
          {webhook?.ca?.certificates.map(({ subject, notAfterAt }) => (
            <span className="hint block" key={subject + notAfterAt}>
              {t.rich('caState', { subject, day: () => <Timestamp at={notAfterAt} shape="day" /> })}
            </span>
          ))}
          {webhook?.nextTryAt != null &&
            t.rich('webhookRetry', {
              tries: webhook.tries,
              time: () => <Timestamp at={webhook.nextTryAt ?? ''} shape="time" />,
            })}
          {webhook?.pausedAt != null && t('webhookPaused')}
        </li>
      </ul>
      <ErrorNotice error={form.error ?? act.error} />
      {shown.token !== undefined && <Once words={t('token')} text={shown.token} />}
      {shown.secret !== undefined && <Once words={t('secret')} text={shown.secret} />}
      <div className="row">
        <Button kind="primary" icon={Save} {...form.button} disabled={form.button.disabled || !form.changed}>
          {t('save')}
        </Button>
        {hook && (
          <Button icon={KeyRound} busy={act.busy} onClick={() => void send({ newToken: true })}>
            {t('newToken')}
          </Button>
        )}
        {webhook && (
          <Button icon={KeyRound} busy={act.busy} onClick={() => void send({ newSecret: true })}>
            {t('newSecret')}
          </Button>
        )}
        {webhook?.pausedAt != null && (
          <Button icon={Send} busy={act.busy} onClick={() => void send({ resumeWebhook: true })}>
            {t('resume')}
          </Button>
        )}
      </div>
    </form>
  );
}

function Once({ words, text }: { words: string; text: string }) {
  const copy = useTranslations('common');
  return (
    <p role="status">
      {words} <code>{text}</code> <CopyButton text={text} label={copy('copy')} />
    </p>
  );
}
