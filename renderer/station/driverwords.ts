import { useTranslations } from 'use-intl';
import type { DriverSetting } from '../../app/contract/index.ts';
import { drivers as words } from '../words/en.drivers.ts';
import { knows } from '../words/index.ts';

/** Words for what a driver declares; the station's own where this version has none. */
export function useDriverWords() {
  const t = useTranslations('drivers');
  return {
    setting: (key: string, { meaning }: Partial<Pick<DriverSetting, 'meaning'>> = {}): string =>
      knows(words.setting, key) ? t(`setting.${key}`) : (meaning ?? key),
    choice(key: string, value: string): string {
      if (!knows(words.choice, key)) return value;
      const values = words.choice[key];
      return knows(values, value) ? t(`choice.${key}.${value}`) : value;
    },
  };
}
