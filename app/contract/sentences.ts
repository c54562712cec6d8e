/**
 * What the checks of documents, profiles, recipes and their ways can say. A sentence has a code; commands and programs read it in English,
 * screens in the language of the person (`renderer/words`).
 */
import { z } from 'zod';
import type { WireError } from './errors.ts';
import { jsonSentences, policySentences } from './policysentences.ts';
import { reasonSentences } from './reasonsentences.ts';
import {
  inAwsSentences,
  labelSentences,
  preflightSentences,
  profileSentences,
  recipeSentences,
  targetSentences,
  waySentences,
} from './recipesentences.ts';
import { schemaSentences } from './schemasentences.ts';
import { templateSentences } from './templatesentences.ts';

export const sentences = {
  ...jsonSentences,
  ...policySentences,
  ...templateSentences,
  ...schemaSentences,
  ...profileSentences,
  ...labelSentences,
  ...recipeSentences,
  ...waySentences,
  ...inAwsSentences,
  ...preflightSentences,
  ...targetSentences,
  ...reasonSentences,
} as const;
export type SentenceCode = keyof typeof sentences;
/** A language: a code without words does not compile. */
export type SentenceTable = Readonly<Record<SentenceCode, string>>;

/** A list is one of several; a sentence may stand within another one. */
type Value = string | number | readonly string[] | Told;
export type Told = { code: SentenceCode; data?: Readonly<Record<string, Value>> | undefined };
/** A sentence and its English words. */
export type Said = Told & { message: string };

type Blanks<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Blanks<Rest> : never;
export type DataOf<C extends SentenceCode> = Record<Blanks<(typeof sentences)[C]>, Value>;
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
export const told = z.object({ code: sentenceCode, data: sentenceData });
/** A sentence and its English words, as a finding holds it. */
export const saidShape = z.object({ code: sentenceCode, data: sentenceData, message: z.string() });

/** What an error carries of a sentence, so that screens say it in the language of the person. */
export const saidData = ({ code, data }: Told): { said: string } => ({ said: JSON.stringify({ code, data }) });

/** The sentence that an error carries; undefined for one that carries none, or one of another version. */
export function saidIn(error: Pick<WireError, 'data'>): Told | undefined {
  const text = error.data?.said;
  if (typeof text !== 'string') return undefined;
  try {
    return told.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The sentence of an error; its detail as it is where it carries none. */
export function saidBy(error: WireError): Said {
  const within = saidIn(error);
  return within ? { ...within, message: error.detail } : sentence('asItIs', { text: error.detail });
}
