import { useLocale } from 'use-intl';
import type { WireError } from '../../app/contract/index.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { errorsDe } from './errors.de.ts';
import { errorsEn } from './errors.en.ts';
import type { ErrorTable, ErrorWords } from './errortable.ts';
import { refusalsDe } from './refusals.de.ts';
import { refusalsEn } from './refusals.en.ts';

export type Locale = 'en' | 'de';

export const tables = { en, de } as const;
export const errorTables: Record<Locale, ErrorTable> = { en: errorsEn, de: errorsDe };

declare module 'use-intl' {
  interface AppConfig {
    Messages: typeof en;
    Locale: Locale;
  }
}

type Told = Pick<WireError, 'code' | 'data'>;

/** The words for an error. A name in braces stands for a value of its data; older records may lack that value. */
export function errorWordsOf(table: ErrorTable, { code, data }: Told): ErrorWords {
  const { what, meaning, next } = table[code];
  return { what: filled(what, data), meaning: filled(meaning, data), next: filled(next, data) };
}

const filled = (sentence: string, data: Told['data']): string =>
  sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(data?.[name] ?? '…'));

/** The words for an error in the language of the screen. */
export function useErrorWords(): (error: Told) => ErrorWords {
  const table = errorTables[useLocale()];
  return (error) => errorWordsOf(table, error);
}

/**
 * Whether this version has words for a name that the station chose (faults, checks). Otherwise the name itself is
 * shown.
 */
export const knows = <T extends object>(table: T, name: string): name is keyof T & string => Object.hasOwn(table, name);

const refusalTables: Record<Locale, Record<keyof typeof refusalsEn, string>> = { en: refusalsEn, de: refusalsDe };

/** The exact reason for an engineer: a sentence for `data.reason` of an error, if there is one. */
export function useReason(): (error: Pick<WireError, 'data'>) => string | undefined {
  const table = refusalTables[useLocale()];
  return ({ data }) => {
    const reason = data?.reason;
    return typeof reason === 'string' && knows(table, reason) ? filled(table[reason], data) : undefined;
  };
}
