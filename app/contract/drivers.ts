/** What a driver says of itself to screens and to the command line. Which drivers there are: app/device/drivers. */
import { z } from 'zod';

/**
 * One thing that may be chosen for a driver. `meaning` is a phrase for the command line; `usual` is taken where nothing is
 * chosen. A text has one character at least.
 */
export const driverSetting = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('number'), meaning: z.string(), least: z.int(), most: z.int(), usual: z.int() }),
  z.object({ kind: z.literal('choice'), meaning: z.string(), choices: z.array(z.string()), usual: z.string() }),
  z.object({ kind: z.literal('text'), meaning: z.string(), longest: z.int(), usual: z.string() }),
]);
export type DriverSetting = z.infer<typeof driverSetting>;

/**
 * A driver as screens know it. The key of a setting means the same in every driver: it is also the key of its words on
 * screen, and its flag on the command line (`secTag`: `--sec-tag`).
 */
export const driverFacts = z.object({
  name: z.string(),
  settings: z.record(z.string().regex(/^[a-z][a-zA-Z0-9]{0,39}$/), driverSetting),
});
export type DriverFacts = z.infer<typeof driverFacts>;

/**
 * What was chosen for a driver, by key. The schema takes any: files of other versions must open. `settingProblems` says
 * what the driver does not take, and is asked before anything is saved or used.
 */
export const driverSettings = z.record(z.string(), z.unknown());
export type DriverSettings = z.infer<typeof driverSettings>;

/** `unread`: the driver has no such setting, so the value changes nothing. */
export type SettingProblem = { key: string; message: string; unread: boolean };

/** What the driver does not read, and values that it does not take; empty where all is well. */
export function settingProblems({ name, settings }: DriverFacts, chosen: DriverSettings = {}): SettingProblem[] {
  return Object.entries(chosen).flatMap(([key, value]): SettingProblem[] => {
    const setting = Object.hasOwn(settings, key) ? settings[key] : undefined;
    if (!setting) return [{ key, message: `${name} does not read it`, unread: true }];
    return takes(setting, value) ? [] : [{ key, message: `${name} wants ${formOf(setting)}`, unread: false }];
  });
}

function takes(setting: DriverSetting, value: unknown): boolean {
  if (setting.kind === 'number')
    return Number.isInteger(value) && Number(value) >= setting.least && Number(value) <= setting.most;
  if (typeof value !== 'string') return false;
  if (setting.kind === 'choice') return setting.choices.includes(value);
  return value.length >= 1 && value.length <= setting.longest;
}

/** The values a setting takes, as a phrase. */
export function formOf(setting: DriverSetting): string {
  if (setting.kind === 'number') return `a whole number from ${setting.least} to ${setting.most}`;
  if (setting.kind === 'choice') return `one of ${setting.choices.join(', ')}`;
  return `1 to ${setting.longest} characters`;
}
