import { useTranslations } from 'use-intl';
import type { SlotConfig, StationStatus } from '../../app/contract/index.ts';

/**
 * Names that the program gave itself, in the language of the screen. A name that a person gave is shown as it is. Older
 * practice lines have slots with English names on record.
 */
export function useGivenNames() {
  const t = useTranslations();
  return {
    slot: ({ slotId, name }: Pick<SlotConfig, 'slotId' | 'name'>): string =>
      name === `${slotId}` || name === `Slot ${slotId}` ? t('bench.slot', { slot: `${slotId}` }) : name,
    station: ({ name, practice }: Pick<StationStatus, 'name' | 'practice'>): string =>
      practice && name === 'Practice line' ? t('practiceMark.line') : name,
    /** Who did it: a person, or what acts by itself. */
    actor: (actor: string): string => (actor === 'station' || actor === 'plant' ? t(`common.actor.${actor}`) : actor),
  };
}
