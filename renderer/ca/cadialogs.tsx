import { useTranslations } from 'use-intl';
import type { CaView, HierarchyView } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Confirm } from '../controls/confirm.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import type { CaAct } from './caacts.ts';
import { ChangePassphrase } from './changepassphrase.tsx';
import { MakeRootCrl } from './makerootcrl.tsx';
import { RevokeCa } from './revokeca.tsx';
import { TakeOffline } from './takeoffline.tsx';
import { useTwoPersons } from './twopersons.tsx';
import { UnlockKey } from './unlockkey.tsx';

/** An act that was begun and first asks for something. */
export type PendingCaAct = { act: CaAct; ca: CaView };

type Props = { pending: PendingCaAct | undefined; hierarchy: HierarchyView; onClose: () => void; onDone: () => void };

/** The dialog that an act needs before it runs. */
export function CaDialogs({ pending, hierarchy, onClose, onDone }: Props) {
  if (!pending) return null;
  const { act, ca } = pending;
  const props = { ca, onClose, onDone };
  const { alone, remember, rootCrlValidDays } = hierarchy;
  if (act === 'unlock') return <UnlockKey {...props} remember={remember} alone={alone} />;
  if (act === 'passphrase') return <ChangePassphrase {...props} alone={alone} />;
  if (act === 'offline') return <TakeOffline {...props} alone={alone} />;
  if (act === 'revoke') return <RevokeCa {...props} hierarchy={hierarchy} />;
  if (act === 'rootCrl') return <MakeRootCrl {...props} validDays={rootCrlValidDays} />;
  if (act === 'activate') return <Activate {...props} alone={alone} />;
  if (act === 'forget' || act === 'register') return <Ask {...props} act={act} />;
  return null;
}

type ActProps = Pick<Props, 'onClose' | 'onDone'> & { ca: CaView };

/** Two people choose the CA that certifies units. */
function Activate({ ca, alone, onClose, onDone }: ActProps & { alone: boolean }) {
  const t = useTranslations('ca.ask.activate');
  const agree = useTwoPersons(alone);
  const { run, busy, error } = useAct('ca.activate');
  return (
    <Confirm
      open
      kind="primary"
      size={alone ? 'small' : 'large'}
      title={t('title', { name: ca.commonName })}
      meaning={t('meaning')}
      act={t('go')}
      busy={busy}
      disabled={!agree.ready}
      onCancel={onClose}
      onConfirm={async () => {
        if (await run({ issuerId: ca.issuerId, ...agree.given })) return onDone();
        agree.clear();
      }}
    >
      {agree.fields}
      <ErrorNotice error={error} />
    </Confirm>
  );
}

const methods = { forget: 'ca.forget', register: 'cloud.registerCa' } as const;

function Ask({ act, ca, onClose, onDone }: { act: keyof typeof methods } & ActProps) {
  const t = useTranslations('ca');
  const { run, busy, error } = useAct(methods[act]);
  return (
    <Confirm
      open
      kind="primary"
      title={t(`ask.${act}.title`, { name: ca.commonName })}
      meaning={t(`ask.${act}.meaning`)}
      act={t(`ask.${act}.go`)}
      busy={busy}
      onCancel={onClose}
      onConfirm={async () => {
        if (await run({ issuerId: ca.issuerId })) onDone();
      }}
    >
      <ErrorNotice error={error} />
    </Confirm>
  );
}
