/** The window's settings on this PC: a small file that is read before the program is ready. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { StationError } from '../../app/contract/errors.ts';
import {
  firstWindowSettings,
  type WindowChange,
  type WindowSettings,
  windowSettings,
} from '../../app/contract/window.ts';
import { writeWhole } from '../../app/station/index.ts';

export type SettingsStore = {
  current(): WindowSettings;
  /**
   * Takes effect at once, and is on disk when the promise resolves.
   * @throws `window.settingsLost`
   */
  save(change: WindowChange): Promise<void>;
  /** For the last moments of this process: the file is on disk when this returns, or it is unchanged. */
  saveNow(change: WindowChange): void;
};

/** A missing or damaged file does not prevent the start. Readable settings are used, the others have their defaults. */
export function readSettings(file: string): WindowSettings {
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return firstWindowSettings;
  }
  if (typeof raw !== 'object' || raw === null) return firstWindowSettings;
  const kept = Object.entries(windowSettings.shape).flatMap(([key, schema]) => {
    const read = schema.safeParse((raw as Record<string, unknown>)[key]);
    return read.success ? [[key, read.data]] : [];
  });
  return windowSettings.parse({ ...firstWindowSettings, ...Object.fromEntries(kept) });
}

const changed = (settings: WindowSettings, change: WindowChange): WindowSettings =>
  windowSettings.parse({
    ...settings,
    ...Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)),
  });

export function openSettings(file: string): SettingsStore {
  let settings = readSettings(file);
  let turn: Promise<void> = Promise.resolve();
  const text = () => `${JSON.stringify(settings, null, 2)}\n`;
  return {
    current: () => settings,
    save(change) {
      settings = changed(settings, change);
      const mine = turn.then(() => writeWhole(file, text()));
      turn = mine.catch(() => {});
      return mine.catch((cause: unknown) => {
        throw new StationError('window.settingsLost', `could not write ${file}`, { cause });
      });
    },
    saveNow(change) {
      settings = changed(settings, change);
      try {
        mkdirSync(dirname(file), { recursive: true });
        const temporary = `${file}.${crypto.randomUUID()}`;
        writeFileSync(temporary, text(), { flag: 'wx', flush: true });
        renameSync(temporary, file);
      } catch {
        // The setting holds in this run, and the next run finds out again.
      }
    },
  };
}
