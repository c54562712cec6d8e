import { KeyRound } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { CaView } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { Modal } from '../controls/modal.tsx';
import { NewPassphraseFields } from '../controls/newpassphrase.tsx';
import { noPassphrase, passphraseFits } from '../controls/passphrasestrength.ts';
import { useTwoPersons } from './twopersons.tsx';

type Props = { ca: CaView; alone: boolean; onClose: () => void; onDone: () => void };

/** Another passphrase for the file of a key. */
export function ChangePassphrase({ ca, alone, onClose, onDone }: Props) {
  const t = useTranslations('ca.passphrase');
  const [secret, setSecret] = useState('');
  const [draft, setDraft] = useState(noPassphrase);
  const { run, busy, error } = useAct('ca.changePassphrase');
  const agree = useTwoPersons(alone);
  const ready = secret !== '' && passphraseFits(draft) && agree.ready;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    const changed = await run({ issuerId: ca.issuerId, secret, passphrase: draft.passphrase, ...agree.given });
    setSecret('');
    if (!changed) return agree.clear();
    setDraft(noPassphrase);
    onDone();
  };
  return (
    <Modal open onClose={onClose} title={t('title', { name: ca.commonName })} size={alone ? 'small' : 'large'}>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <Field
          label={t('now')}
          type="password"
          autoComplete="off"
          autoFocus
          maxLength={1024}
          value={secret}
          onValue={setSecret}
        />
        <NewPassphraseFields label={t('next')} draft={draft} onDraft={setDraft} />
        <p className="hint">{t('hint')}</p>
        {agree.fields}
        <ErrorNotice error={error} />
        <div className="row end">
          <Button kind="primary" size="bench" icon={KeyRound} submit busy={busy} disabled={!ready}>
            {t('go')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
