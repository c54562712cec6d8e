import { FileClock } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { CaView } from '../../app/contract/index.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Modal } from '../controls/modal.tsx';
import { useForm } from '../controls/useform.ts';
import { accessKinds, accessOfDraft, noAccess } from './accessdraft.ts';
import { AccessFields } from './accessfields.tsx';

type Props = { ca: CaView; validDays: number; onClose: () => void; onDone: () => void };

/** Makes a root's CRL again. The root's key is opened for that one signature. */
export function MakeRootCrl({ ca, validDays, onClose, onDone }: Props) {
  const t = useTranslations('ca.rootCrl');
  const kinds = accessKinds(ca);
  const form = useForm('ca.rootCrl', {
    first: { access: noAccess(kinds[0] ?? 'secret') },
    params: ({ access }) => ({ issuerId: ca.issuerId, access: accessOfDraft(access, ca.custody) }),
    onDone,
  });
  return (
    <Modal open onClose={onClose} title={t('title', { name: ca.commonName })}>
      <form className="stack" {...form.form}>
        <p>{t('meaning', { days: validDays })}</p>
        <AccessFields ca={ca} kinds={kinds} draft={form.values.access} onDraft={(access) => form.set({ access })} />
        <ErrorNotice error={form.error} />
        <div className="row end">
          <Button kind="primary" size="bench" icon={FileClock} {...form.button}>
            {t('go')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
