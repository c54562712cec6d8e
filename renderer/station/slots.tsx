import { Save } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { SlotConfig, StationStatus } from '../../app/contract/index.ts';
import { slotConfig } from '../../app/contract/model.ts';
import { useAct, useRead } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { NamedValues } from '../controls/namedvalues.tsx';
import { SlotFields } from './slotfields.tsx';

/** The places on the bench. */
export function Slots({ status }: { status: StationStatus }) {
  const t = useTranslations('station');
  const [slots, setSlots] = useState<SlotConfig[]>(status.slots);
  const [saved, setSaved] = useState(false);
  const preview = useRead('setup.preview', { name: '', organisation: '' });
  const { run, busy, error } = useAct('station.configure');
  const drivers = [...new Set([...(preview.data?.drivers ?? []), ...status.slots.map((slot) => slot.driver)])];
  const ready = slots.length > 0 && slots.every((slot) => slotConfig.safeParse(slot).success);
  if (status.practice) {
    return (
      <div className="stack">
        <p className="hint">{t('slots.fixed')}</p>
        <NamedValues
          facts={status.slots.map(
            (slot) => [`${slot.slotId} · ${slot.name}`, <code key={slot.slotId}>{slot.port}</code>] as const,
          )}
        />
      </div>
    );
  }
  return (
    <div className="stack">
      <p className="hint">{t('slots.intro')}</p>
      <SlotFields
        slots={slots}
        drivers={drivers}
        onSlots={(next) => {
          setSlots(next);
          setSaved(false);
        }}
      />
      <ErrorNotice error={error} />
      <div className="row">
        <Button
          kind="primary"
          icon={Save}
          busy={busy}
          disabled={!ready}
          onClick={async () => {
            if (await run({ slots })) setSaved(true);
          }}
        >
          {t('slots.save')}
        </Button>
        <span role="status">{saved ? t('saved') : ''}</span>
      </div>
    </div>
  );
}
