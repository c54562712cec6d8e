import { Bug, BugPlay, type LucideIcon, Plug, ScanBarcode, Undo2, Unplug } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { PracticeSnapshot } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { deliverScan } from '../scanreader/deliverscan.ts';
import { refuseAct } from '../scanreader/lastscan.ts';
import { knows, tables } from '../words/index.ts';

const faultNames = tables.en.practice.faultName;

/** A fault without words in this version: `dropBytes` becomes `drop bytes`. */
const asWords = (fault: string) =>
  fault.replace(/([a-z])([A-Z])/g, (_, end: string, start: string) => `${end} ${start.toLowerCase()}`);

/** One slot of the practice line: its unit, its label and its fault. */
export function PracticeSlot({ slot, faults }: { slot: PracticeSnapshot['slots'][number]; faults: readonly string[] }) {
  const t = useTranslations('practice');
  const plug = useAct('practice.plug');
  const unplug = useAct('practice.unplug');
  const fault = useAct('practice.fault');
  const { slotId, label, last } = slot;
  const number = String(slotId);
  const nameOf = (name: string) => (knows(faultNames, name) ? t(`faultName.${name}`) : asWords(name));
  const options = [{ value: '', label: t('noFault') }, ...faults.map((name) => ({ value: name, label: nameOf(name) }))];
  return (
    <section className="practice-slot">
      <span className="practice-number" aria-hidden="true">
        {number}
      </span>
      <p className="practice-words" title={label ?? undefined}>
        {label === null ? <span className="none">{t('noUnit')}</span> : <span className="mono">{label}</span>}
        {slot.fault !== null && <strong>{nameOf(slot.fault)}</strong>}
      </p>
      <div className="practice-acts">
        {slot.deviceId === null ? (
          <Act
            act={t('plug')}
            slot={number}
            icon={Plug}
            busy={plug.busy}
            onPress={() => void plug.run({ slotId }, refuseAct)}
          />
        ) : (
          <Act
            act={t('unplug')}
            slot={number}
            icon={Unplug}
            busy={unplug.busy}
            onPress={() => void unplug.run({ slotId }, refuseAct)}
          />
        )}
        {slot.deviceId === null && last ? (
          <Act
            act={t('again')}
            slot={number}
            icon={Undo2}
            title={last.label}
            onPress={() => void plug.run({ slotId, deviceId: last.deviceId }, refuseAct)}
          />
        ) : (
          <Act
            act={t('scanIt')}
            slot={number}
            icon={ScanBarcode}
            disabled={label === null}
            onPress={() => label !== null && void deliverScan(label, { forSlot: slotId })}
          />
        )}
        <SelectField
          bare
          size="bench"
          sign={slot.fault === null ? Bug : BugPlay}
          label={t('fault', { slot: number })}
          value={slot.fault ?? ''}
          options={options}
          onPick={(name) => void fault.run({ slotId, fault: name === '' ? null : name }, refuseAct)}
        />
      </div>
    </section>
  );
}

type ActProps = {
  act: string;
  slot: string;
  icon: LucideIcon;
  busy?: boolean;
  disabled?: boolean;
  title?: string;
  onPress: () => void;
};

function Act({ act, slot, icon, busy = false, disabled = false, title, onPress }: ActProps) {
  const t = useTranslations('practice');
  return (
    <Button
      size="bench"
      icon={icon}
      busy={busy}
      disabled={disabled}
      title={title}
      aria-label={t('slotAct', { act, slot })}
      onClick={onPress}
    >
      {act}
    </Button>
  );
}
