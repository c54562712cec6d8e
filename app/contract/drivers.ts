/** The facts about a driver for screens and the command line. The drivers are in app/device/drivers. */
import { z } from 'zod';
import { type Said, sentence } from './sentences.ts';

/**
 * One setting of a driver. `meaning` is a phrase for the command line. `usual` is the value when none is chosen. A text
 * has at least one character.
 */
export const driverSetting = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('number'), meaning: z.string(), least: z.int(), most: z.int(), usual: z.int() }),
  z.object({ kind: z.literal('choice'), meaning: z.string(), choices: z.array(z.string()), usual: z.string() }),
  z.object({ kind: z.literal('text'), meaning: z.string(), longest: z.int(), usual: z.string() }),
]);
export type DriverSetting = z.infer<typeof driverSetting>;

/**
 * A driver for the screens. The key of a setting has the same meaning in every driver. It is also the key of its words
 * on screen and its flag on the command line (`secTag`: `--sec-tag`).
 */
const table = z.record(
  z.string().regex(/^[a-z][a-zA-Z0-9]{0,39}$/, 'letters and digits, at most 40, a small letter first'),
  driverSetting,
);
export const driverFacts = z.object({
  name: z.string(),
  settings: table,
  /** The settings of its line; see `lineTable`. */
  line: table,
  /** The most characters of a unit serial that its devices can hold. */
  longestSerial: z.int(),
});
export type DriverFacts = z.infer<typeof driverFacts>;

/**
 * The chosen settings of a driver, by key. The schema accepts any, because files of other versions must open.
 * `settingProblems` finds what the driver does not accept, before settings are saved or used.
 */
export const driverSettings = z.record(z.string(), z.unknown());
export type DriverSettings = z.infer<typeof driverSettings>;

/** `unread`: the driver has no such setting, so the value changes nothing. */
type SettingProblem = { key: string; unread: boolean } & Said;

/** The settings that the driver does not read, and the values that it does not accept. Empty when all is well. */
export function settingProblems(
  { name, settings }: Pick<DriverFacts, 'name' | 'settings'>,
  chosen: DriverSettings = {},
): SettingProblem[] {
  return Object.entries(chosen).flatMap(([key, value]): SettingProblem[] => {
    const setting = Object.hasOwn(settings, key) ? settings[key] : undefined;
    if (!setting) return [{ key, ...sentence('settingNotRead', { driver: name }), unread: true }];
    return takes(setting, value) ? [] : [{ key, ...formSaid(name, setting), unread: false }];
  });
}

function takes(setting: DriverSetting, value: unknown): boolean {
  if (setting.kind === 'number')
    return Number.isInteger(value) && Number(value) >= setting.least && Number(value) <= setting.most;
  if (typeof value !== 'string') return false;
  if (setting.kind === 'choice') return setting.choices.includes(value);
  return value.length >= 1 && value.length <= setting.longest;
}

function formSaid(driver: string, setting: DriverSetting): Said {
  if (setting.kind === 'number') return sentence('settingWhole', { driver, least: setting.least, most: setting.most });
  if (setting.kind === 'choice') return sentence('settingChoice', { driver, choices: setting.choices.join(', ') });
  return sentence('settingText', { driver, longest: setting.longest });
}

/** The values that a setting accepts, as a phrase. */
export function formOf(setting: DriverSetting): string {
  if (setting.kind === 'number') return `a whole number from ${setting.least} to ${setting.most}`;
  if (setting.kind === 'choice') return `one of ${setting.choices.join(', ')}`;
  return `1 to ${setting.longest} characters`;
}
