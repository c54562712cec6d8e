import { FileClock, Stamp, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { CaRequestView } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { Confirm } from '../controls/confirm.tsx';
import { CopyButton } from '../controls/copybutton.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { FilePick } from '../controls/filepick.tsx';
import { Menu } from '../controls/menu.tsx';
import { SaveButton } from '../controls/savebuttons.tsx';
import { TextArea } from '../controls/textarea.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { useForm } from '../controls/useform.ts';
import { custodyIcon } from './caappearance.ts';
import { useTwoPersons } from './twopersons.tsx';

type Props = { request: CaRequestView; engineer: boolean; alone: boolean; onDone: () => void };

/** A CA that still waits for its certificate from an outside CA. */
export function RequestCard({ request, engineer, alone, onDone }: Props) {
  const t = useTranslations('ca.request');
  const custody = useTranslations('ca.custody');
  const [bringing, setBringing] = useState(false);
  const [discarding, setDiscarding] = useState(false);
  const discard = useAct('ca.discard');
  const Custody = custodyIcon[request.custody];
  return (
    <article className="ca-card waiting" aria-label={request.subject}>
      <header>
        <FileClock className="ca-role" aria-hidden="true" />
        <div className="ca-name">
          <h3>{request.subject}</h3>
          <p className="hint">
            {t.rich('since', { when: () => <Timestamp at={request.requestedAt} /> })} · {request.keyType}
            {' · '}
            <Custody className="inline-icon" aria-hidden="true" /> {custody(request.custody)}
          </p>
        </div>
        {engineer && (
          <div className="ca-acts">
            {!bringing && (
              <Button kind="primary" icon={Stamp} onClick={() => setBringing(true)}>
                {t('bring')}
              </Button>
            )}
            <Menu
              label={t('menu', { subject: request.subject })}
              items={[
                { key: 'discard', label: t('discard'), icon: Trash2, danger: true, onPick: () => setDiscarding(true) },
              ]}
            />
          </div>
        )}
      </header>
      <div className="row">
        <CopyButton text={request.csrPem} label={t('copy')} />
        <SaveButton file={{ what: 'text', name: `${request.requestId.slice(0, 12)}.csr.pem`, content: request.csrPem }}>
          {t('save')}
        </SaveButton>
      </div>
      {bringing && <BringBack request={request} alone={alone} onClose={() => setBringing(false)} onDone={onDone} />}
      <Confirm
        open={discarding}
        title={t('discardTitle')}
        meaning={t('discardMeaning')}
        act={t('discard')}
        busy={discard.busy}
        onCancel={() => setDiscarding(false)}
        onConfirm={async () => {
          if (await discard.run({ requestId: request.requestId })) onDone();
        }}
      >
        <ErrorNotice error={discard.error} />
      </Confirm>
    </article>
  );
}

const countOf = (pem: string): number => pem.split('-----BEGIN CERTIFICATE-----').length - 1;

/** Takes the certificate and all CAs above it, pasted or from files, in any order. */
function BringBack({ request, alone, onClose, onDone }: Omit<Props, 'engineer'> & { onClose: () => void }) {
  const t = useTranslations('ca.request');
  const common = useTranslations('common');
  const agree = useTwoPersons(alone);
  const form = useForm('ca.complete', {
    first: { certificates: '', activate: true },
    params: (typed) => ({ requestId: request.requestId, ...typed, ...agree.given }),
    also: ({ certificates }) => ({ certificates: countOf(certificates) === 0 }),
    onDone,
    onRefused: agree.clear,
  });
  const { certificates, activate } = form.values;
  const take = async (files: File[]) => {
    const texts = await Promise.all(files.map((file) => file.text()));
    form.set({ certificates: [certificates, ...texts].filter((text) => text.trim() !== '').join('\n') });
  };
  return (
    <form className="stack ca-bring" {...form.form}>
      <p>{t('what')}</p>
      <FilePick
        label={t('files')}
        accept=".pem,.crt,.cer"
        multiple
        chosen={t('count', { count: countOf(certificates) })}
        onFiles={(files) => void take(files)}
      />
      <TextArea label={t('paste')} rows={6} maxLength={200_000} {...form.field('certificates')} />
      <label className="check">
        <input type="checkbox" checked={activate} onChange={(event) => form.set({ activate: event.target.checked })} />
        {t('activate')}
      </label>
      {agree.fields}
      <ErrorNotice error={form.error} />
      <div className="row">
        <Button kind="primary" icon={Stamp} {...form.button}>
          {t('complete')}
        </Button>
        <Button onClick={onClose}>{common('cancel')}</Button>
      </div>
    </form>
  );
}
