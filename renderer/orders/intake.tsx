import { KeyRound, Save, Send } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { IntakeChange, IntakeStatus, IntakeTrouble } from '../../app/contract/model.ts';
import { useAct, useRead } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { CopyButton } from '../controls/copybutton.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { Timestamp } from '../controls/timestamp.tsx';

type Draft = {
  folder: string;
  port: string;
  host: string;
  certificateFile: string;
  keyFile: string;
  webhook: string;
  ca: string;
  days: string;
};

const draftOf = ({ dropFolder, hook, webhook, eventDays }: IntakeStatus): Draft => ({
  folder: dropFolder?.folder ?? '',
  port: hook ? String(hook.port) : '',
  host: hook?.host ?? '127.0.0.1',
  certificateFile: '',
  keyFile: '',
  webhook: webhook?.url ?? '',
  ca: webhook?.ca?.file ?? '',
  days: eventDays === null ? '' : String(eventDays),
});

/** Only what a person changed goes to the station, so that files of a certificate stay as they are. */
function changeOf(draft: Draft, status: IntakeStatus): IntakeChange {
  const before = draftOf(status);
  const { folder, port, host, certificateFile, keyFile, webhook, ca, days } = draft;
  const hook = { host, port: Number(port), ...(certificateFile && { certificateFile }), ...(keyFile && { keyFile }) };
  const hookChanged = (['port', 'host', 'certificateFile', 'keyFile'] as const).some(
    (name) => draft[name] !== before[name],
  );
  return {
    ...(folder === before.folder ? {} : { dropFolder: folder === '' ? null : folder }),
    ...(hookChanged ? { hook: port === '' ? null : hook } : {}),
    ...(webhook === before.webhook ? {} : { webhook: webhook === '' ? null : { url: webhook } }),
    ...(ca === before.ca ? {} : { webhookCa: ca === '' ? null : ca }),
    ...(days === before.days ? {} : { eventDays: days === '' ? null : Number(days) }),
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
  const [draft, setDraft] = useState(() => draftOf(status));
  const [shown, setShown] = useState<{ token?: string | undefined; secret?: string | undefined }>({});
  const save = useAct('orders.setIntake');
  const waitsFor = ({ trouble, error }: NonNullable<IntakeStatus['webhook']>) => {
    // An earlier version kept a sentence.
    if (trouble === null) return <span lang="en">{error}</span>;
    return trouble.what === 'answers'
      ? t('receiver.answers', { status: String(trouble.status) })
      : t(`receiver.${trouble.what}`);
  };
  const troubleOf = (part: { trouble: IntakeTrouble | null }) =>
    part.trouble && t(`trouble.${part.trouble.what}`, { code: part.trouble.code });
  const hasBadDays = !/^\d{0,5}$/.test(draft.days) || (draft.days !== '' && Number(draft.days) === 0);
  const set = (part: Partial<Draft>) => setDraft((now) => ({ ...now, ...part }));
  const send = async (change: IntakeChange) => {
    const done = await save.run(change);
    if (!done) return;
    setShown({ token: done.token, secret: done.secret });
    setDraft(draftOf(done));
    onChanged();
  };
  const { dropFolder, hook, webhook } = status;
  const field = (name: keyof Draft) => ({
    value: draft[name],
    onValue: (value: string) => set({ [name]: value.trim() }),
  });
  return (
    <section className="card stack">
      <h3>{t('title')}</h3>
      <p className="hint">{t('hint')}</p>
      <div className="fields three">
        <Field label={t('folder')} hint={t('folderHint')} {...field('folder')} />
        <Field label={t('hook')} hint={t('hookHint')} inputMode="numeric" {...field('port')} />
        <Field label={t('webhook')} hint={t('webhookHint')} {...field('webhook')} />
        <Field label={t('host')} hint={t('hostHint')} {...field('host')} />
        <Field label={t('certificate')} {...field('certificateFile')} />
        <Field label={t('key')} {...field('keyFile')} />
        <Field label={t('ca')} hint={t('caHint')} maxLength={400} {...field('ca')} />
        <Field
          label={t('days')}
          hint={t('daysHint')}
          inputMode="numeric"
          problem={hasBadDays ? t('daysProblem') : undefined}
          {...field('days')}
        />
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
      <ErrorNotice error={save.error} />
      {shown.token !== undefined && <Once words={t('token')} text={shown.token} />}
      {shown.secret !== undefined && <Once words={t('secret')} text={shown.secret} />}
      <div className="row">
        <Button
          kind="primary"
          icon={Save}
          busy={save.busy}
          disabled={hasBadDays || Object.keys(changeOf(draft, status)).length === 0}
          onClick={() => void send(changeOf(draft, status))}
        >
          {t('save')}
        </Button>
        {hook && (
          <Button icon={KeyRound} busy={save.busy} onClick={() => void send({ newToken: true })}>
            {t('newToken')}
          </Button>
        )}
        {webhook && (
          <Button icon={KeyRound} busy={save.busy} onClick={() => void send({ newSecret: true })}>
            {t('newSecret')}
          </Button>
        )}
        {webhook?.pausedAt != null && (
          <Button icon={Send} busy={save.busy} onClick={() => void send({ resumeWebhook: true })}>
            {t('resume')}
          </Button>
        )}
      </div>
    </section>
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
