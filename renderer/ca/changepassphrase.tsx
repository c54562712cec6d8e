import { KeyRound } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { CaView } from '../../app/contract/index.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { Modal } from '../controls/modal.tsx';
import { NewPassphraseFields } from '../controls/newpassphrase.tsx';
import { noPassphrase, passphraseFits } from '../controls/passphrasestrength.ts';
import { useForm } from '../controls/useform.ts';
import { useTwoPersons } from './twopersons.tsx';

type Props = { ca: CaView; alone: boolean; onClose: () => void; onDone: () => void };

/** Another passphrase for the file of a key. */
export function ChangePassphrase({ ca, alone, onClose, onDone }: Props) {
  const t = useTranslations('ca.passphrase');
  const agree = useTwoPersons(alone);
  const form = useForm('ca.changePassphrase', {
    first: { secret: '', ...noPassphrase },
    params: ({ secret, passphrase }) => ({ issuerId: ca.issuerId, secret, passphrase, ...agree.given }),
    also: (typed) => ({ secret: typed.secret === '', passphrase: !passphraseFits(typed) }),
    forgets: () => ({ secret: '' }),
    onDone,
    onRefused: agree.clear,
  });
  return (
    <Modal open onClose={onClose} title={t('title', { name: ca.commonName })} size={alone ? 'small' : 'large'}>
      <form className="stack" {...form.form}>
        <Field
          label={t('now')}
          type="password"
          autoComplete="off"
          autoFocus
          maxLength={1024}
          {...form.field('secret')}
        />
        <NewPassphraseFields label={t('next')} draft={form.values} onDraft={form.set} />
        <p className="hint">{t('hint')}</p>
        {agree.fields}
        <ErrorNotice error={form.error} />
        <div className="row end">
          <Button kind="primary" size="bench" icon={KeyRound} {...form.button}>
            {t('go')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
