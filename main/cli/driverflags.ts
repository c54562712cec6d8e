/**
 * The settings of drivers and of their lines as flags: `--sec-tag 7` is the setting `secTag`. The flags come from the
 * declarations of the drivers.
 */
import type { Command } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import {
  type DriverFacts,
  type DriverSetting,
  type DriverSettings,
  formOf,
  type LineChoice,
  lineChoice,
  settingProblems,
} from '../../app/contract/model.ts';
import type { Driver } from '../../app/device/driver.ts';
import { drivers } from '../../app/device/drivers/index.ts';
import { driverFactsOf } from '../../app/station/index.ts';

type Reader = { name: string; setting: DriverSetting };
type Declared = { key: string; readers: [Reader, ...Reader[]] };
type Table = (facts: DriverFacts) => DriverFacts['settings'];

const ofDriver: Table = ({ settings }) => settings;
const ofLine: Table = ({ line }) => line;

/** Every setting once, with the drivers that read it, in the drivers' order. */
function declaredIn(all: readonly Driver[], table: Table): Declared[] {
  const found = new Map<string, Declared>();
  for (const facts of all.map(driverFactsOf))
    for (const [key, setting] of Object.entries(table(facts))) {
      const reader = { name: facts.name, setting };
      const known = found.get(key);
      if (known) known.readers.push(reader);
      else found.set(key, { key, readers: [reader] });
    }
  return [...found.values()];
}

const flagOf = (key: string): string => `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** `value` when all readers have the same, otherwise each with its names: `none (agent), rtscts (nrf91)`. */
function perDriver(readers: readonly Reader[], wordOf: (setting: DriverSetting) => string): string {
  const names = new Map<string, string[]>();
  for (const { name, setting } of readers) names.set(wordOf(setting), [...(names.get(wordOf(setting)) ?? []), name]);
  const values = [...names.keys()];
  return values.length === 1
    ? `${values[0]}`
    : values.map((value) => `${value} (${names.get(value)?.join(', ')})`).join(', ');
}

/**
 * Adds a flag for each setting of each driver, and of its line. The help names the drivers that read it and the values
 * that it accepts.
 */
export function withDriverSettings(command: Command, table: readonly Driver[] = Object.values(drivers)): Command {
  for (const { key, readers } of [...declaredIn(table, ofDriver), ...declaredIn(table, ofLine)]) {
    const [{ setting }] = readers;
    const names = readers.length === table.length ? '' : ` (${readers.map(({ name }) => name).join(', ')})`;
    const usual = perDriver(readers, (one) => String(one.usual));
    command.option(
      `${flagOf(key)} <${setting.kind === 'number' ? 'n' : 'value'}>`,
      `${setting.meaning}${names}: ${perDriver(readers, formOf)}, usually ${usual}`,
    );
  }
  return command;
}

/**
 * The settings of drivers among a command's options.
 * @throws call.badParams – for a value that no driver takes
 */
export const settingsGiven = (options: object, table: readonly Driver[] = Object.values(drivers)): DriverSettings =>
  given(options, declaredIn(table, ofDriver), flagOf);

/**
 * The settings of the line among a command's options.
 * @throws call.badParams – for a value that no driver takes
 */
export const lineGiven = (options: object, table: readonly Driver[] = Object.values(drivers)): LineChoice =>
  lineChoice.parse(given(options, declaredIn(table, ofLine), flagOf));

/**
 * A slot's line in one word: `3,baud=9600,flowControl=none`. The number alone means that recipe and driver decide.
 * @throws call.badParams
 */
export function slotLineFrom(text: string): { slotId: number; line: LineChoice } {
  const [slot = '', ...settings] = text.split(',');
  const pairs = settings.map((setting) => setting.split(/=(.*)/s, 2));
  const declared = declaredIn(Object.values(drivers), ofLine);
  const unknown = pairs.find(([key]) => !declared.some((one) => one.key === key));
  if (!/^[1-9]\d?$/.test(slot) || unknown) {
    const keys = declared.map(({ key }) => key).join(', ');
    const detail = unknown ? `"${unknown[0]}" is none of ${keys}` : `"${slot}" is no number of a slot`;
    throw new StationError('call.badParams', `--slot-line ${text}: ${detail}`, { data: { path: '--slot-line' } });
  }
  const line = lineChoice.parse(given(Object.fromEntries(pairs), declared, (key) => `--slot-line ${slot},${key}`));
  return { slotId: Number(slot), line };
}

/** Values that at least one driver takes. The station judges them for the driver of the unit. */
function given(options: object, all: readonly Declared[], nameOf: (key: string) => string): DriverSettings {
  const found: DriverSettings = {};
  for (const { key, readers } of all) {
    const text = (options as Record<string, unknown>)[key];
    if (typeof text !== 'string') continue;
    const [{ setting: first }] = readers;
    const value = first.kind === 'number' && /^-?\d+$/.test(text) ? Number(text) : text;
    const problems = readers.map(
      ({ name, setting }) => settingProblems({ name, settings: { [key]: setting } }, { [key]: value })[0],
    );
    const who = readers.length === 1 ? readers[0].name : 'every driver';
    const [problem] = settingProblems({ name: who, settings: { [key]: first } }, { [key]: value });
    if (problem && problems.every((one) => one !== undefined))
      throw new StationError('call.badParams', `${nameOf(key)}: ${problem.message}`, { data: { path: nameOf(key) } });
    found[key] = value;
  }
  return found;
}
