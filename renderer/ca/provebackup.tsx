import { PowerOff, ShieldCheck } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { CaView } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { type AccessKind, accessOfDraft, noAccess } from './accessdraft.ts';
import { AccessFields } from './accessfields.tsx';
import { SubPage } from './subpage.tsx';

type Props = { ca: CaView; onProved: () => void; onOffline: () => void };

/** A backup that nobody has ever restored is a hope. */
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
  const [access, setAccess] = useState(noAccess(first));
  const [proved, setProved] = useState(false);
  const { run, busy, error } = useAct('ca.proveBackup');
  const given = accessOfDraft(access, ca.custody);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!given || !(await run({ issuerId: ca.issuerId, access: given }))) return;
    setAccess(noAccess(first));
    setProved(true);
    onProved();
  };
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
    <form className="stack narrow" onSubmit={(event) => void submit(event)}>
      <AccessFields
        ca={ca}
        kinds={first === 'shares' ? ['shares'] : ['export', 'shares']}
        draft={access}
        onDraft={setAccess}
      />
      <ErrorNotice error={error} />
      <div className="row">
        <Button kind="primary" size="bench" icon={ShieldCheck} submit busy={busy} disabled={!given}>
          {t('go')}
        </Button>
      </div>
    </form>
  );
}
