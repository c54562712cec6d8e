import { Save } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { DriverFacts, SlotConfig, StationStatus } from '../../app/contract/index.ts';
import { settingProblems, slotConfig } from '../../app/contract/model.ts';
import { useAct, useRead } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { NamedValues } from '../controls/namedvalues.tsx';
import { useUnsaved } from '../unsaved.ts';
import { useGivenNames } from '../words/givennames.ts';
import { lineFor, settingsFor } from './drivers.ts';
import { SlotFields } from './slotfields.tsx';

/** The places on the bench. */
export function Slots({ status }: { status: StationStatus }) {
  const t = useTranslations('station');
  const [slots, setSlots] = useState<SlotConfig[]>(status.slots);
  const given = useGivenNames();
  const [saved, setSaved] = useState(false);
  // Each snapshot of the station brings another list of the same slots.
  const [edited, setEdited] = useState(false);
  const release = useUnsaved(edited);
  const known = useRead('station.drivers', {}).data ?? [];
  const lines = useRead('station.lines', {}, status.seq).data;
  const { run, busy, error } = useAct('station.configure');
  const drivers = withThoseOf(status.slots, known);
  const ready = slots.length > 0 && slots.every((slot) => isComplete(slot, known));
  if (status.practice) {
    return (
      <div className="stack">
        <p className="hint">{t('slots.fixed')}</p>
        <NamedValues
          facts={status.slots.map(
            (slot) => [`${slot.slotId} · ${given.slot(slot)}`, <code key={slot.slotId}>{slot.port}</code>] as const,
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
        lines={lines}
        onSlots={(next) => {
          setSlots(next);
          setEdited(true);
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
            if (!(await run({ slots: slots.map((slot) => asRead(slot, known)) }))) return;
            release();
            setEdited(false);
            setSaved(true);
          }}
        >
          {t('slots.save')}
        </Button>
        <span role="status">{saved ? t('saved') : ''}</span>
      </div>
    </div>
  );
}

/** Every driver of the station, and those drivers of its slots that this version does not know. */
function withThoseOf(slots: readonly SlotConfig[], known: readonly DriverFacts[]): DriverFacts[] {
  const names = new Set(slots.map(({ driver }) => driver));
  for (const { name } of known) names.delete(name);
  return [...known, ...[...names].map((name) => ({ name, settings: {}, line: {}, longestSerial: 64 }))];
}

const driverOf = ({ driver }: SlotConfig, known: readonly DriverFacts[]) => known.find(({ name }) => name === driver);

/** The slot without settings that its driver does not read, because an older version may have kept some. */
const asRead = (slot: SlotConfig, known: readonly DriverFacts[]): SlotConfig =>
  driverOf(slot, known)
    ? {
        ...slot,
        settings: settingsFor(known, slot.driver, slot.settings),
        line: lineFor(known, slot.driver, slot.line),
      }
    : slot;

function isComplete(slot: SlotConfig, known: readonly DriverFacts[]): boolean {
  const driver = driverOf(slot, known);
  const problems = driver
    ? [
        ...settingProblems(driver, asRead(slot, known).settings),
        ...settingProblems({ name: driver.name, settings: driver.line }, slot.line),
      ]
    : [];
  return slotConfig.safeParse(slot).success && problems.length === 0;
}
