import { OctagonMinus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Slot } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { Confirm } from '../controls/confirm.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { useSession } from '../stationclient.ts';

/** Stops the unit in a slot after a question. A scan presses neither button (see scanreader/keylistener.ts). */
export function StopUnit({ slot }: { slot: Slot }) {
  const t = useTranslations('now');
  const person = useSession()?.person;
  const [asking, setAsking] = useState(false);
  const stop = useAct('bench.abort');
  const name = String(slot.slotId);
  if (!person || person.role === 'qa' || slot.steps.length === 0) return null;
  return (
    <>
      <Button
        size="bench"
        kind="quiet"
        className="stop"
        icon={OctagonMinus}
        aria-label={t('stop', { slot: name })}
        title={t('stop', { slot: name })}
        onClick={() => setAsking(true)}
      />
      <Confirm
        open={asking}
        title={t('stopTitle', { slot: name })}
        meaning={t('stopMeaning', { serial: slot.unitSerial ?? '' })}
        act={t('stopGo')}
        busy={stop.busy}
        onCancel={() => setAsking(false)}
        onConfirm={async () => {
          if (await stop.run({ slotId: slot.slotId })) setAsking(false);
        }}
      >
        <ErrorNotice error={stop.error} />
      </Confirm>
    </>
  );
}
