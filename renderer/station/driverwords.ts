import { useTranslations } from 'use-intl';
import type { DriverSetting } from '../../app/contract/index.ts';
import { drivers as words } from '../words/en.drivers.ts';
import { knows } from '../words/index.ts';

type Choices = typeof words.choice;
/** The key of one choice's word in the table. */
type ChoiceWord = { [K in keyof Choices]: `choice.${K}.${keyof Choices[K] & string}` }[keyof Choices];

const hasWord = (key: string, value: string): boolean => knows(words.choice, key) && knows(words.choice[key], value);

/** Words for a driver's settings. Without words in this version, the station's own names are shown. */
export function useDriverWords() {
  const t = useTranslations('drivers');
  return {
    setting: (key: string, { meaning }: Partial<Pick<DriverSetting, 'meaning'>> = {}): string =>
      knows(words.setting, key) ? t(`setting.${key}`) : (meaning ?? key),
    choice: (key: string, value: string): string =>
      hasWord(key, value) ? t(`choice.${key}.${value}` as ChoiceWord) : value,
  };
}
