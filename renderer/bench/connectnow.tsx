import { PlugZap } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Slot } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { refuseAct } from '../scanreader/lastscan.ts';
import { useSession } from '../stationclient.ts';

/** The button that makes the device of a passed unit connect. It is there for a person who may work at the bench. */
export function ConnectNow({ slot }: { slot: Slot }) {
  const t = useTranslations('homeCall');
  const { person } = useSession() ?? {};
  const connect = useAct('bench.connect');
  if (!slot.mayConnect || !person || person.role === 'qa') return null;
  return (
    <Button
      size="bench"
      className="retry on-state"
      icon={PlugZap}
      busy={connect.busy}
      onClick={() => void connect.run({ slotId: slot.slotId }, refuseAct)}
    >
      <span className="retry-words">{t('connectNow')}</span>
    </Button>
  );
}
