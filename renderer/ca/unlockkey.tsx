import { LockOpen } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { CaView, HierarchyView } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { Modal } from '../controls/modal.tsx';
import { useTwoPersons } from './twopersons.tsx';

type Props = {
  ca: CaView;
  remember: HierarchyView['remember'];
  alone: boolean;
  onClose: () => void;
  onDone: () => void;
};

/** Asks for the passphrase of a file or the PIN of a token; KMS asks for nothing. */
export function UnlockKey({ ca, remember, alone, onClose, onDone }: Props) {
  const t = useTranslations('ca.unlock');
  const [secret, setSecret] = useState('');
  const [keep, setKeep] = useState(false);
  const { run, busy, error } = useAct('ca.unlock');
  const agree = useTwoPersons(alone);
  const asks = ca.custody === 'file' || ca.custody === 'token';
  const kept = asks && keep;
  const missing = (asks && secret === '') || (kept && !agree.ready);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (missing) return;
    const opened = await run({ issuerId: ca.issuerId, secret, remember: kept, ...(kept ? agree.given : {}) });
    setSecret('');
    if (opened) return onDone();
    agree.clear();
  };
  return (
    <Modal open onClose={onClose} title={t('title', { name: ca.commonName })} size={kept && !alone ? 'large' : 'small'}>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        {ca.pin !== undefined && ca.pin !== 'ok' && <p className="wrong">{t(`pin.${ca.pin}`)}</p>}
        {asks ? (
          <Field
            label={ca.custody === 'token' ? t('pinOf', { token: ca.custodyText }) : t('passphrase')}
            type="password"
            autoComplete="off"
            autoFocus
            maxLength={1024}
            value={secret}
            onValue={setSecret}
          />
        ) : (
          <p>{t('kms')}</p>
        )}
        {asks && remember.available && (
          <label className="check">
            <input type="checkbox" checked={keep} onChange={(event) => setKeep(event.target.checked)} />
            <span>
              {t('keep')}
              <span className="hint block">{t('keepHint')}</span>
            </span>
          </label>
        )}
        {asks && !remember.available && <p className="hint">{t('cannotKeep', { reason: remember.reason ?? '' })}</p>}
        {kept && agree.fields}
        <ErrorNotice error={error} />
        <div className="row end">
          <Button kind="primary" size="bench" icon={LockOpen} submit busy={busy} disabled={missing}>
            {t('go')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
