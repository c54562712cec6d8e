/**
 * What the checks of policies and templates can say. A sentence has a code; commands and programs read it in English,
 * screens in the language of the person (`renderer/words`).
 */
import { z } from 'zod';
import { jsonSentences, policySentences } from './policysentences.ts';
import { templateSentences } from './templatesentences.ts';

export const sentences = { ...jsonSentences, ...policySentences, ...templateSentences } as const;
export type SentenceCode = keyof typeof sentences;
/** A language: a code without words does not compile. */
export type SentenceTable = Readonly<Record<SentenceCode, string>>;

/** A list is one of several; a sentence may stand within another one. */
type Value = string | number | readonly string[] | Told;
export type Told = { code: SentenceCode; data?: Readonly<Record<string, Value>> | undefined };
/** A sentence and its English words. */
export type Said = Told & { message: string };

type Blanks<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Blanks<Rest> : never;
type DataOf<C extends SentenceCode> = Record<Blanks<(typeof sentences)[C]>, Value>;
/** The codes of sentences without a blank. */
export type PlainCode = {
  [C in SentenceCode]: [Blanks<(typeof sentences)[C]>] extends [never] ? C : never;
}[SentenceCode];

/** The words of a sentence in a language. Blanks without a value stay visible as "…". */
export function sentenceOf({ code, data = {} }: Told, words: SentenceTable, locale: 'en' | 'de'): string {
  const wordsOf = (value: Value | undefined): string => {
    if (value === undefined) return '…';
    if (typeof value === 'string' || typeof value === 'number') return String(value);
    return 'code' in value
      ? sentenceOf(value, words, locale)
      : new Intl.ListFormat(locale, { type: 'disjunction' }).format(value);
  };
  return words[code].replace(/\{(\w+)\}/g, (_, name: string) => wordsOf(data[name]));
}

/** Says something. The compiler asks for a value for each blank of the sentence; of a finding its sentence is taken. */
export function sentence<C extends SentenceCode>(code: C, ...[data]: C extends PlainCode ? [] : [DataOf<C>]): Said {
  const told = data === undefined ? { code } : { code, data: bare(data) };
  return { ...told, message: sentenceOf(told, sentences, 'en') };
}

const bare = (data: Record<string, Value>): Record<string, Value> =>
  Object.fromEntries(
    Object.entries(data).map(([name, one]) => {
      if (typeof one !== 'object' || !('code' in one)) return [name, one];
      return [name, one.data === undefined ? { code: one.code } : { code: one.code, data: one.data }];
    }),
  );

export const sentenceCode = z.enum(Object.keys(sentences) as [SentenceCode, ...SentenceCode[]]);
const value: z.ZodType<Value> = z.lazy(() => z.union([z.string(), z.number(), z.array(z.string()), told]));
/** What fills the blanks of a sentence, by name. */
export const sentenceData = z.record(z.string(), value).optional();
const told = z.object({ code: sentenceCode, data: sentenceData });
