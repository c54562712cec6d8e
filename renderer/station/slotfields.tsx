import { Plus, RefreshCw, X } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { DriverFacts, Result, SlotConfig } from '../../app/contract/index.ts';
import { useRead } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Field } from '../controls/field.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { Suggest } from '../controls/suggest.tsx';
import { useSession } from '../stationclient.ts';
import { AskDevice } from './askdevice.tsx';
import { DriverFields } from './driverfields.tsx';
import { isAt, lineFor, settingsFor, usbIds, usbPlace } from './drivers.ts';
import { LineFields } from './linefields.tsx';

const mostSlots = 32;

type Props = {
  slots: readonly SlotConfig[];
  drivers: readonly DriverFacts[];
  /** The lines of the slots as they are saved. */
  lines?: Result<'station.lines'> | undefined;
  onSlots: (slots: SlotConfig[]) => void;
};

/** Slots with their ports. The ports with plugged-in devices are suggested. */
export function SlotFields({ slots, drivers, lines, onSlots }: Props) {
  const t = useTranslations('station.slots');
  const ports = useRead('station.ports', {});
  const mayAsk = useSession()?.person?.role === 'engineer';
  const found = ports.data ?? [];
  const form = useTranslations('drivers');
  const hintOf = (port: (typeof found)[number]) =>
    [usbPlace(port) && form('place', { place: usbPlace(port) ?? '' }), usbIds(port), port.label]
      .filter((part) => part !== undefined)
      .join(' · ');
  /** The device that is plugged in there now. */
  const describe = (path: string) => {
    const port = found.find(isAt(path));
    if (path === '' || !ports.data) return {};
    return { hint: port ? hintOf(port) : form('notFound') };
  };
  const change = (index: number, part: Partial<SlotConfig>) =>
    onSlots(slots.map((slot, at) => (at === index ? { ...slot, ...part } : slot)));
  const forDriver = ({ settings, line }: SlotConfig, driver: string) => ({
    driver,
    settings: settingsFor(drivers, driver, settings),
    line: lineFor(drivers, driver, line),
  });
  const portProblem = ({ slotId, port }: SlotConfig): string | undefined => {
    if (port.trim() === '') return t('portProblem');
    return slots.some((other) => other.slotId !== slotId && other.port === port) ? t('portTwice') : undefined;
  };
  const add = () => {
    const slotId = Math.max(0, ...slots.map((slot) => slot.slotId)) + 1;
    const free = found.find((port) => !slots.some((slot) => isAt(slot.port)(port)));
    onSlots([...slots, { slotId, name: `${slotId}`, port: free?.path ?? '', driver: drivers[0]?.name ?? '' }]);
  };
  return (
    <div className="stack">
      <p className="row">
        <span className="hint" role="status">
          {t('found', { count: found.length })}
        </span>
        <Button icon={RefreshCw} onClick={ports.reload}>
          {t('look')}
        </Button>
      </p>
      <ErrorNotice error={ports.error} />
      <ul className="slot-fields">
        {slots.map((slot, index) => {
          const slotNumber = String(slot.slotId);
          return (
            <li key={slot.slotId}>
              <span className="practice-number" aria-hidden="true">
                {slotNumber}
              </span>
              <Field
                label={t('name', { slot: slotNumber })}
                problem={slot.name.trim() === '' ? t('nameProblem') : undefined}
                value={slot.name}
                maxLength={40}
                onValue={(name) => change(index, { name })}
              />
              <Suggest
                label={t('port', { slot: slotNumber })}
                value={slot.port}
                suggestions={found.map((port) => ({
                  value: port.path,
                  title: usbPlace(port) ? form('place', { place: usbPlace(port) ?? '' }) : port.label,
                  hint: [usbIds(port), port.label].filter((part) => part !== undefined).join(' · '),
                }))}
                {...describe(slot.port)}
                problem={portProblem(slot)}
                onValue={(port) => change(index, { port })}
              />
              <SelectField
                label={t('driver', { slot: slotNumber })}
                value={slot.driver}
                options={drivers.map(({ name }) => ({ value: name, label: name }))}
                onPick={(driver) => change(index, forDriver(slot, driver))}
              />
              <Button
                kind="quiet"
                icon={X}
                aria-label={t('remove', { slot: slotNumber })}
                disabled={slots.length === 1}
                onClick={() => onSlots(slots.filter((_, at) => at !== index))}
              />
              {mayAsk && <AskDevice slot={slot} onDriver={(driver) => change(index, forDriver(slot, driver))} />}
              <DriverFields slot={slot} drivers={drivers} onSettings={(settings) => change(index, { settings })} />
              <LineFields
                slot={slot}
                drivers={drivers}
                inUse={lines?.find(({ slotId }) => slotId === slot.slotId)?.line}
                onLine={(line) => change(index, { line })}
              />
            </li>
          );
        })}
      </ul>
      <div className="row">
        <Button icon={Plus} disabled={slots.length >= mostSlots} onClick={add}>
          {t('add')}
        </Button>
      </div>
    </div>
  );
}
