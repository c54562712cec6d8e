import { useLocale } from 'use-intl';
import type { ErrorCode } from '../../app/contract/index.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { errorsDe } from './errors.de.ts';
import { errorsEn } from './errors.en.ts';

export type Locale = 'en' | 'de';
export type ErrorWords = {
  /** What happened. */
  what: string;
  /** What it means for the unit or for the work. */
  meaning: string;
  /** The one next act. */
  next: string;
};
export type ErrorTable = Record<ErrorCode, ErrorWords>;

export const tables = { en, de } as const;
export const errorTables: Record<Locale, ErrorTable> = { en: errorsEn, de: errorsDe };

declare module 'use-intl' {
  interface AppConfig {
    Messages: typeof en;
    Locale: Locale;
  }
}

/** The words for one error code in the language of the screen. */
export const useErrorWords = (): ErrorTable => errorTables[useLocale()];

/** Names that the station chooses (faults, checks) have words where this version knows them, else their own name. */
export const knows = <T extends object>(table: T, name: string): name is keyof T & string => Object.hasOwn(table, name);
