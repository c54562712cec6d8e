import { useTranslations } from 'use-intl';
import type { CaView, HierarchyView } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Problem } from '../parts/problem.tsx';
import type { Act } from './acts.ts';
import { TakeOffline } from './offline.tsx';
import { ChangePassphrase } from './passphrase.tsx';
import { Unlock } from './unlock.tsx';

/** An act that was begun and asks for something first. */
export type Pending = { act: Act; ca: CaView };

type Props = { pending: Pending | undefined; hierarchy: HierarchyView; onClose: () => void; onDone: () => void };

/** Whatever an act asks before it is done. */
export function Dialogs({ pending, hierarchy, onClose, onDone }: Props) {
  if (!pending) return null;
  const { act, ca } = pending;
  if (act === 'unlock') return <Unlock ca={ca} remember={hierarchy.remember} onClose={onClose} onDone={onDone} />;
  if (act === 'passphrase') return <ChangePassphrase ca={ca} onClose={onClose} onDone={onDone} />;
  if (act === 'offline') return <TakeOffline ca={ca} onClose={onClose} onDone={onDone} />;
  if (act === 'activate' || act === 'forget' || act === 'register')
    return <Ask act={act} ca={ca} onClose={onClose} onDone={onDone} />;
  return null;
}

const methods = { activate: 'ca.activate', forget: 'ca.forget', register: 'cloud.registerCa' } as const;

function Ask({
  act,
  ca,
  onClose,
  onDone,
}: { act: keyof typeof methods } & Pick<Props, 'onClose' | 'onDone'> & Pending) {
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
      <Problem error={error} />
    </Confirm>
  );
}
