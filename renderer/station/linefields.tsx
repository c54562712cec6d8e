import { useTranslations } from 'use-intl';
import type { DriverFacts, LineChoice, LineFact, SlotConfig } from '../../app/contract/index.ts';
import { SettingField } from './driverfields.tsx';
import { lineOfDriver, withSetting } from './drivers.ts';
import { useDriverWords } from './driverwords.ts';

type Props = {
  slot: SlotConfig;
  drivers: readonly DriverFacts[];
  /** The line that the next unit of the slot gets, as the settings are saved. */
  inUse?: readonly LineFact[] | undefined;
  onLine: (line: LineChoice | undefined) => void;
};

/** The line of a slot, for a place that is wired in another way than the recipe or the driver expects. */
export function LineFields({ slot, drivers, inUse = [], onLine }: Props) {
  const t = useTranslations('drivers');
  const words = useDriverWords();
  const declared = Object.entries(lineOfDriver(drivers, slot.driver));
  if (declared.length === 0) return null;
  const slotNumber = String(slot.slotId);
  const chosen = declared.filter(([key]) => slot.line?.[key as keyof LineChoice] !== undefined);
  const wordOf = ({ key, value }: Pick<LineFact, 'key' | 'value'>) =>
    `${words.setting(key)}: ${words.choice(key, String(value))}`;
  return (
    <details className="slot-line">
      <summary>
        {t('line.title', { slot: slotNumber })}
        <span className="hint">
          {chosen.length === 0 ? t('line.open') : t('line.chosen', { count: chosen.length })}
        </span>
      </summary>
      <p className="hint">{t('line.intro')}</p>
      {inUse.length > 0 && (
        <ul className="line-in-use" aria-label={t('line.inUse', { slot: slotNumber })}>
          {inUse.map((fact) => (
            <li key={fact.key}>
              {wordOf(fact)} <span className="hint">{t(`line.from.${fact.from}`)}</span>
            </li>
          ))}
        </ul>
      )}
      <div className="line-settings">
        {declared.map(([key, setting]) => (
          <SettingField
            key={key}
            name={key}
            setting={setting}
            slot={slot}
            value={slot.line?.[key as keyof LineChoice]}
            open={t('line.leave')}
            onText={(text) => onLine(withSetting(slot.line, key, setting, text))}
          />
        ))}
      </div>
    </details>
  );
}
