import { useTranslations } from 'use-intl';
import type { DriverSettings, SlotConfig } from '../../app/contract/index.ts';
import { driverSettings } from '../../app/contract/model.ts';
import { Field } from '../controls/field.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { type SettingName, settingsRead, usual, withSetting } from './drivers.ts';

type Props = { slot: SlotConfig; onSettings: (settings: DriverSettings | undefined) => void };

/** What may be chosen for the driver of a slot; nothing where it reads nothing. */
export function DriverFields({ slot, onSettings }: Props) {
  const t = useTranslations('drivers');
  const names = settingsRead(slot.driver);
  const { settings } = slot;
  const label = (name: SettingName) => t('settingOfSlot', { setting: t(`setting.${name}`), slot: String(slot.slotId) });
  const set = (name: SettingName) => (text: string) => onSettings(withSetting(settings, name, text));
  if (names.length === 0) return null;
  return (
    <div className="slot-settings">
      {names.map((name) => {
        if (name === 'shell') {
          return (
            <SelectField
              key={name}
              label={label(name)}
              value={settings?.shell ?? 'auto'}
              options={driverSettings.shape.shell.unwrap().options.map((value) => ({
                value,
                label: t(`shell.${value}`),
              }))}
              onPick={(value) => set(name)(value === 'auto' ? '' : value)}
            />
          );
        }
        const value = String(settings?.[name] ?? '');
        const fits = driverSettings.safeParse({ [name]: settings?.[name] }).success;
        return (
          <Field
            key={name}
            label={label(name)}
            hint={t('usual', { value: usual[name] })}
            placeholder={usual[name]}
            inputMode={name === 'secTag' ? 'numeric' : 'text'}
            maxLength={32}
            value={value === 'NaN' ? '' : value}
            problem={fits ? undefined : t('settingProblem')}
            onValue={(next) => set(name)(name === 'secTag' ? next.replace(/\D/g, '') : next)}
          />
        );
      })}
    </div>
  );
}
