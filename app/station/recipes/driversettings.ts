/** Checks the chosen settings of a driver against the driver's declaration. */
import { StationError } from '../../contract/errors.ts';
import { type DriverFacts, type DriverSettings, type SlotConfig, settingProblems } from '../../contract/model.ts';
import type { Driver } from '../../device/driver.ts';

/** The facts about a driver for screens and the command line. */
export const driverFactsOf = ({ name, settings, traits }: Driver): DriverFacts => ({
  name,
  settings,
  longestSerial: traits.longestSerial,
});

/**
 * The settings in the order in which the driver declares them, so that equal choices are equal text.
 * @throws call.badParams – for a key that the driver does not read and a value that it does not take; its `path` is that of
 * the settings and the key
 */
export function checkedSettings(driver: Driver, chosen: DriverSettings, path = 'settings'): DriverSettings {
  const [first] = settingProblems(driver, chosen);
  if (first)
    throw new StationError('call.badParams', `${first.key}: ${first.message}`, {
      data: { path: `${path}.${first.key}` },
    });
  return Object.fromEntries(Object.keys(driver.settings).flatMap((key) => (key in chosen ? [[key, chosen[key]]] : [])));
}

/**
 * Slots as the settings keep them. A slot with an unknown driver stays as it is.
 *
 * @throws as `checkedSettings`
 */
export const checkedSlots = (
  slots: readonly SlotConfig[],
  { driverNamed, driverNames }: { driverNamed: (name: string) => Driver; driverNames: readonly string[] },
): SlotConfig[] =>
  slots.map((slot, index) => {
    const { driver, settings } = slot;
    if (settings === undefined || !driverNames.includes(driver)) return slot;
    return { ...slot, settings: checkedSettings(driverNamed(driver), settings, `slots.${index}.settings`) };
  });
