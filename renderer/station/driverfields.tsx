import { useTranslations } from 'use-intl';
import type { DriverFacts, DriverSetting, DriverSettings, SlotConfig } from '../../app/contract/index.ts';
import { settingProblems } from '../../app/contract/model.ts';
import { Field } from '../controls/field.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { settingsOf, withSetting } from './drivers.ts';
import { useDriverWords } from './driverwords.ts';

type Props = {
  slot: SlotConfig;
  drivers: readonly DriverFacts[];
  onSettings: (settings: DriverSettings | undefined) => void;
};

/** The settings for the driver of a slot. Empty for a driver without settings. */
export function DriverFields({ slot, drivers, onSettings }: Props) {
  const declared = Object.entries(settingsOf(drivers, slot.driver));
  if (declared.length === 0) return null;
  return (
    <div className="slot-settings">
      {declared.map(([key, setting]) => (
        <SettingField
          key={key}
          name={key}
          setting={setting}
          slot={slot}
          onText={(text) => onSettings(withSetting(slot.settings, key, setting, text))}
        />
      ))}
    </div>
  );
}

type FieldProps = { name: string; setting: DriverSetting; slot: SlotConfig; onText: (text: string) => void };

function SettingField({ name, setting, slot, onText }: FieldProps) {
  const t = useTranslations('drivers');
  const words = useDriverWords();
  const label = t('settingOfSlot', { setting: words.setting(name, setting), slot: String(slot.slotId) });
  const value = slot.settings?.[name];
  if (setting.kind === 'choice') {
    return (
      <SelectField
        label={label}
        value={String(value ?? setting.usual)}
        options={setting.choices.map((choice) => ({ value: choice, label: words.choice(name, choice) }))}
        onPick={(choice) => onText(choice === setting.usual ? '' : choice)}
      />
    );
  }
  const isNumber = setting.kind === 'number';
  const chosen = value === undefined ? {} : { [name]: value };
  const fits = settingProblems({ name: slot.driver, settings: { [name]: setting } }, chosen).length === 0;
  const problem = isNumber
    ? t('wrong.number', { least: String(setting.least), most: String(setting.most) })
    : t('wrong.text', { longest: String(setting.longest) });
  return (
    <Field
      label={label}
      hint={t('usual', { value: String(setting.usual) })}
      placeholder={String(setting.usual)}
      inputMode={isNumber ? 'numeric' : 'text'}
      maxLength={isNumber ? 32 : setting.longest}
      value={Number.isNaN(value) ? '' : String(value ?? '')}
      problem={fits ? undefined : problem}
      onValue={(text) => onText(isNumber ? text.replace(setting.least < 0 ? /[^\d-]/g : /\D/g, '') : text)}
    />
  );
}
