import { Ear } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { SlotConfig } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';

/** Asks the plugged-in device which driver fits it, and chooses that driver. */
export function AskDevice({ slot, onDriver }: { slot: SlotConfig; onDriver: (driver: string) => void }) {
  const t = useTranslations('drivers');
  const { run, busy, error } = useAct('station.recognise');
  const [answer, setAnswer] = useState<string>();
  const ask = async () => {
    setAnswer(undefined);
    const found = await run({ port: slot.port, settings: slot.settings ?? {}, line: slot.line ?? {} });
    if (!found) return;
    setAnswer(found.driver);
    onDriver(found.driver);
  };
  return (
    <div className="slot-ask">
      <Button
        icon={Ear}
        busy={busy}
        disabled={slot.port === ''}
        aria-label={t('askSlot', { slot: String(slot.slotId) })}
        onClick={() => void ask()}
      >
        {t('ask')}
      </Button>
      <span role="status">{answer === undefined ? '' : t('answered', { driver: answer })}</span>
      <ErrorNotice error={error} />
    </div>
  );
}
