import { FileClock } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { CaView } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Modal } from '../controls/modal.tsx';
import { accessKinds, accessOfDraft, noAccess } from './accessdraft.ts';
import { AccessFields } from './accessfields.tsx';

type Props = { ca: CaView; validDays: number; onClose: () => void; onDone: () => void };

/** The list of CAs that a root gave up, made again: its key is opened for that one signature. */
export function MakeRootCrl({ ca, validDays, onClose, onDone }: Props) {
  const t = useTranslations('ca.rootCrl');
  const kinds = accessKinds(ca);
  const [access, setAccess] = useState(noAccess(kinds[0] ?? 'secret'));
  const { run, busy, error } = useAct('ca.rootCrl');
  const given = accessOfDraft(access, ca.custody);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (given && (await run({ issuerId: ca.issuerId, access: given }))) onDone();
  };
  return (
    <Modal open onClose={onClose} title={t('title', { name: ca.commonName })}>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <p>{t('meaning', { days: validDays })}</p>
        <AccessFields ca={ca} kinds={kinds} draft={access} onDraft={setAccess} />
        <ErrorNotice error={error} />
        <div className="row end">
          <Button kind="primary" size="bench" icon={FileClock} submit busy={busy} disabled={!given}>
            {t('go')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
