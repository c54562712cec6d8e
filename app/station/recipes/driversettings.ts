/** Checks the chosen settings of a driver against the driver's declaration. */
import { StationError } from '../../contract/errors.ts';
import {
  type DriverFacts,
  type DriverSettings,
  type LineChoice,
  lineTable,
  type SlotConfig,
  settingProblems,
} from '../../contract/model.ts';
import { sentence } from '../../contract/sentences.ts';
import type { Driver } from '../../device/driver.ts';

/** The facts about a driver for screens and the command line. */
export const driverFactsOf = ({ name, settings, line, terminators, traits }: Driver): DriverFacts => ({
  name,
  settings,
  line: lineTable(line, terminators),
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
 * The line as chosen, when the driver can speak over it.
 * @throws call.badParams – for a line end that the driver's firmware does not take; its `path` is that of the line and
 * the key
 */
export function checkedLine(driver: Driver, chosen: LineChoice, path: string): LineChoice {
  const [first] = lineProblems(driver, chosen);
  if (!first) return chosen;
  throw new StationError('call.badParams', first.message, { data: { path: `${path}.${first.key}` } });
}

/** The choices that the driver cannot speak over. */
export const lineProblems = ({ name, line, terminators }: Driver, chosen: LineChoice) =>
  settingProblems({ name, settings: lineTable(line, terminators) }, chosen).map(({ key, unread, ...what }) => ({
    key,
    ...(unread
      ? sentence('lineFixed', { driver: name, key, value: line.terminator })
      : sentence('lineSetting', { key, what })),
  }));

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
    const { driver, settings, line } = slot;
    if (!driverNames.includes(driver)) return slot;
    const named = driverNamed(driver);
    return {
      ...slot,
      ...(settings ? { settings: checkedSettings(named, settings, `slots.${index}.settings`) } : {}),
      ...(line ? { line: checkedLine(named, line, `slots.${index}.line`) } : {}),
    };
  });
