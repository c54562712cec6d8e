/**
 * The settings of drivers as flags: `--sec-tag 7` is the setting `secTag`. The flags come from the declarations of the
 * drivers.
 */
import type { Command } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import { type DriverSetting, type DriverSettings, formOf, settingProblems } from '../../app/contract/model.ts';
import type { Driver } from '../../app/device/driver.ts';
import { drivers } from '../../app/device/drivers/index.ts';

type Declared = { key: string; setting: DriverSetting; readers: Driver[] };

/** Every setting once, with the drivers that read it, in the drivers' order. */
function declaredIn(table: readonly Driver[]): Declared[] {
  const found = new Map<string, Declared>();
  for (const driver of table)
    for (const [key, setting] of Object.entries(driver.settings)) {
      const known = found.get(key) ?? { key, setting, readers: [] };
      known.readers.push(driver);
      found.set(key, known);
    }
  return [...found.values()];
}

const flagOf = (key: string): string => `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/**
 * Adds a flag for each setting of each driver. Its help names the drivers that read it and the values that it accepts.
 */
export function withDriverSettings(command: Command, table: readonly Driver[] = Object.values(drivers)): Command {
  for (const { key, setting, readers } of declaredIn(table)) {
    const names = readers.map(({ name }) => name).join(', ');
    const form = `${formOf(setting)}, usually ${setting.usual}`;
    command.option(
      `${flagOf(key)} <${setting.kind === 'number' ? 'n' : 'value'}>`,
      `${setting.meaning} (${names}): ${form}`,
    );
  }
  return command;
}

/**
 * The settings among a command's options.
 * @throws call.badParams – for a value that no driver takes
 */
export function settingsGiven(options: object, table: readonly Driver[] = Object.values(drivers)): DriverSettings {
  const given: DriverSettings = {};
  for (const { key, setting, readers } of declaredIn(table)) {
    const text = (options as Record<string, unknown>)[key];
    if (typeof text !== 'string') continue;
    const value = setting.kind === 'number' && /^-?\d+$/.test(text) ? Number(text) : text;
    const problems = readers.map((driver) => settingProblems(driver, { [key]: value })[0]);
    const [first] = problems;
    if (first && problems.every((problem) => problem !== undefined))
      throw new StationError('call.badParams', `${flagOf(key)}: ${first.message}`, { data: { path: flagOf(key) } });
    given[key] = value;
  }
  return given;
}
