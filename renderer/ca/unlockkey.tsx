import { LockOpen } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { CaView, HierarchyView } from '../../app/contract/index.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { MachineText } from '../controls/machinetext.tsx';
import { Modal } from '../controls/modal.tsx';
import { useForm } from '../controls/useform.ts';
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
  const agree = useTwoPersons(alone);
  const asks = ca.custody === 'file' || ca.custody === 'token';
  const form = useForm('ca.unlock', {
    first: { secret: '', remember: false },
    params: (typed) => ({ issuerId: ca.issuerId, ...typed, ...(typed.remember ? agree.given : {}) }),
    also: ({ secret }) => ({ secret: asks && secret === '' }),
    forgets: () => ({ secret: '' }),
    onDone,
    onRefused: agree.clear,
  });
  const kept = form.values.remember;
  return (
    <Modal open onClose={onClose} title={t('title', { name: ca.commonName })} size={kept && !alone ? 'large' : 'small'}>
      <form className="stack" {...form.form}>
        {ca.pin !== undefined && ca.pin !== 'ok' && <p className="wrong">{t(`pin.${ca.pin}`)}</p>}
        {asks ? (
          <Field
            label={ca.custody === 'token' ? t('pinOf', { token: ca.custodyText }) : t('passphrase')}
            type="password"
            autoComplete="off"
            autoFocus
            maxLength={1024}
            {...form.field('secret')}
          />
        ) : (
          <p>{t('kms')}</p>
        )}
        {asks && remember.available && (
          <label className="check">
            <input type="checkbox" checked={kept} onChange={(event) => form.set({ remember: event.target.checked })} />
            <span>
              {t('keep')}
              <span className="hint block">{t('keepHint')}</span>
            </span>
          </label>
        )}
        {asks && !remember.available && (
          <p className="hint">{t.rich('cannotKeep', { reason: () => <MachineText text={remember.reason ?? ''} /> })}</p>
        )}
        {kept && agree.fields}
        <ErrorNotice error={form.error} />
        <div className="row end">
          <Button kind="primary" size="bench" icon={LockOpen} {...form.button}>
            {t('go')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
