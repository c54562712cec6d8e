import { PowerOff, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { CaView } from '../../app/contract/index.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { useForm } from '../controls/useform.ts';
import { type AccessKind, accessOfDraft, noAccess } from './accessdraft.ts';
import { AccessFields } from './accessfields.tsx';
import { SubPage } from './subpage.tsx';

type Props = { ca: CaView; onProved: () => void; onOffline: () => void };

/** Proves a backup by restoring it, because an untested backup is only a hope. */
export function ProveBackup(props: Props) {
  const t = useTranslations('ca.prove');
  return (
    <SubPage title={t('title', { name: props.ca.commonName })} hint={t('hint')}>
      <Prove {...props} first="export" />
    </SubPage>
  );
}

export function Prove({ ca, onProved, onOffline, first }: Props & { first: AccessKind }) {
  const t = useTranslations('ca.prove');
  const [proved, setProved] = useState(false);
  const form = useForm('ca.proveBackup', {
    first: { access: noAccess(first) },
    params: ({ access }) => ({ issuerId: ca.issuerId, access: accessOfDraft(access, ca.custody) }),
    onDone: () => {
      setProved(true);
      onProved();
    },
  });
  if (proved) {
    const mayLeave = ca.custody === 'file' && !ca.active;
    return (
      <div className="stack narrow" role="status">
        <div className="banner good">
          <ShieldCheck aria-hidden="true" />
          <div>
            <p className="lead">
              <strong>{t('done')}</strong>
            </p>
            <p>{mayLeave ? t('doneOffline') : t('doneKeep')}</p>
          </div>
        </div>
        {mayLeave && (
          <div className="row">
            <Button kind="danger" size="bench" icon={PowerOff} onClick={onOffline}>
              {t('offline')}
            </Button>
          </div>
        )}
      </div>
    );
  }
  return (
    <form className="stack narrow" {...form.form}>
      <AccessFields
        ca={ca}
        kinds={first === 'shares' ? ['shares'] : ['export', 'shares']}
        draft={form.values.access}
        onDraft={(access) => form.set({ access })}
      />
      <ErrorNotice error={form.error} />
      <div className="row">
        <Button kind="primary" size="bench" icon={ShieldCheck} {...form.button}>
          {t('go')}
        </Button>
      </div>
    </form>
  );
}
