import { useLocale } from 'use-intl';
import { type Said, type SentenceTable, sentenceOf, sentences, type Told } from '../../app/contract/index.ts';
import { checksDe } from './checks.de.ts';
import type { Locale } from './index.ts';

/** What the checks say. The English words are those of commands. */
export const checkTables: Record<Locale, SentenceTable> = { en: sentences, de: checksDe };

/** The words of a finding in the language of the screen. */
export function useCheckWords(): (finding: Told) => string {
  const locale = useLocale();
  return (finding) => sentenceOf(finding, checkTables[locale], locale);
}

/** Findings with their messages in the language of the screen. */
export function useFindingsInWords(): <F extends Said>(findings: readonly F[]) => F[] {
  const wordsOf = useCheckWords();
  return (findings) => findings.map((one) => ({ ...one, message: wordsOf(one) }));
}
