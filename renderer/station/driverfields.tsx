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

const leftOpen = 'leftOpen';

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
          value={slot.settings?.[key]}
          onText={(text) => onSettings(withSetting(slot.settings, key, setting, text))}
        />
      ))}
    </div>
  );
}

type FieldProps = {
  name: string;
  setting: DriverSetting;
  slot: SlotConfig;
  value: unknown;
  /** The words of the choice to leave it open. Without them, the usual value is that choice. */
  open?: string;
  onText: (text: string) => void;
};

/** One setting. An empty text leaves it open. */
export function SettingField({ name, setting, slot, value, open, onText }: FieldProps) {
  const t = useTranslations('drivers');
  const words = useDriverWords();
  const label = t('settingOfSlot', { setting: words.setting(name, setting), slot: String(slot.slotId) });
  if (setting.kind === 'choice') {
    return (
      <SelectField
        label={label}
        value={String(value ?? (open === undefined ? setting.usual : leftOpen))}
        options={[
          ...(open === undefined ? [] : [{ value: leftOpen, label: open }]),
          ...setting.choices.map((choice) => ({ value: choice, label: words.choice(name, choice) })),
        ]}
        onPick={(choice) => onText(choice === (open === undefined ? setting.usual : leftOpen) ? '' : choice)}
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
