import { Plug, ScanBarcode, Undo2, Unplug } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { PracticeSnapshot } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../parts/button.tsx';
import { Pick } from '../parts/pick.tsx';
import { deliverScan } from '../shell/scans.ts';

/** `dropBytes` reads as `drop bytes`: the practice line names its own faults. */
const asWords = (fault: string) =>
  fault.replace(/([a-z])([A-Z])/g, (_, end: string, start: string) => `${end} ${start.toLowerCase()}`);

/** One slot of the practice line: its unit, its label and what goes wrong with it. */
export function PracticeSlot({ slot, faults }: { slot: PracticeSnapshot['slots'][number]; faults: readonly string[] }) {
  const t = useTranslations('practice');
  const plug = useAct('practice.plug');
  const unplug = useAct('practice.unplug');
  const fault = useAct('practice.fault');
  const { slotId, label } = slot;
  const number = String(slotId);
  const options = [
    { value: '', label: t('noFault') },
    ...faults.map((name) => ({ value: name, label: asWords(name) })),
  ];
  return (
    <section className="practice-slot">
      <span className="practice-number" aria-hidden="true">
        {number}
      </span>
      <p className={label === null ? 'practice-label none' : 'practice-label'}>{label ?? t('noUnit')}</p>
      <div className="practice-acts">
        {slot.deviceId === null ? (
          <Button
            size="bench"
            icon={Plug}
            busy={plug.busy}
            aria-label={t('slotAct', { act: t('plug'), slot: number })}
            onClick={() => void plug.run({ slotId })}
          >
            {t('plug')}
          </Button>
        ) : (
          <Button
            size="bench"
            icon={Unplug}
            busy={unplug.busy}
            aria-label={t('slotAct', { act: t('unplug'), slot: number })}
            onClick={() => void unplug.run({ slotId })}
          >
            {t('unplug')}
          </Button>
        )}
        {label === null && slot.last ? (
          <Button
            size="bench"
            icon={Undo2}
            busy={plug.busy}
            aria-label={t('putBack', { label: slot.last.label, slot: number })}
            onClick={() => void plug.run({ slotId, ...(slot.last ? { deviceId: slot.last.deviceId } : {}) })}
          >
            {t('again')}
          </Button>
        ) : (
          <Button
            size="bench"
            icon={ScanBarcode}
            disabled={label === null}
            aria-label={t('slotAct', { act: t('scanIt'), slot: number })}
            onClick={() => label !== null && void deliverScan(label, slotId)}
          >
            {t('scanIt')}
          </Button>
        )}
      </div>
      <Pick
        bare
        size="bench"
        label={t('fault', { slot: number })}
        value={slot.fault ?? ''}
        options={options}
        onPick={(name) => void fault.run({ slotId, fault: name === '' ? null : name })}
      />
    </section>
  );
}
