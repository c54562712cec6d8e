import { FileClock, Stamp, Trash2 } from 'lucide-react';
import { type FormEvent, useState } from 'react';
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
import { custodyIcon } from './caappearance.ts';
import { useTwoPersons } from './twopersons.tsx';

type Props = { request: CaRequestView; engineer: boolean; alone: boolean; onDone: () => void };

/** A CA whose certificate is still to come from elsewhere. */
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

/** The certificate and everything above it, pasted or from files, in any order. */
function BringBack({ request, alone, onClose, onDone }: Omit<Props, 'engineer'> & { onClose: () => void }) {
  const t = useTranslations('ca.request');
  const common = useTranslations('common');
  const [certificates, setCertificates] = useState('');
  const [activate, setActivate] = useState(true);
  const { run, busy, error } = useAct('ca.complete');
  const agree = useTwoPersons(alone);
  const count = certificates.split('-----BEGIN CERTIFICATE-----').length - 1;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (count === 0 || !agree.ready) return;
    if (await run({ requestId: request.requestId, certificates, activate, ...agree.given })) return onDone();
    agree.clear();
  };
  const take = async (files: File[]) => {
    const texts = await Promise.all(files.map((file) => file.text()));
    setCertificates([certificates, ...texts].filter((text) => text.trim() !== '').join('\n'));
  };
  return (
    <form className="stack ca-bring" onSubmit={(event) => void submit(event)}>
      <p>{t('what')}</p>
      <FilePick
        label={t('files')}
        accept=".pem,.crt,.cer"
        multiple
        chosen={t('count', { count })}
        onFiles={(files) => void take(files)}
      />
      <TextArea label={t('paste')} rows={6} maxLength={200_000} value={certificates} onValue={setCertificates} />
      <label className="check">
        <input type="checkbox" checked={activate} onChange={(event) => setActivate(event.target.checked)} />
        {t('activate')}
      </label>
      {agree.fields}
      <ErrorNotice error={error} />
      <div className="row">
        <Button kind="primary" icon={Stamp} submit busy={busy} disabled={count === 0 || !agree.ready}>
          {t('complete')}
        </Button>
        <Button onClick={onClose}>{common('cancel')}</Button>
      </div>
    </form>
  );
}
