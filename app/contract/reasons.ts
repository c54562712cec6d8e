/** A reason on record is read back into the sentence that it was made from. What AWS wrote is none of them. */
import { type ErrorCode, errorCodes } from './errors.ts';
import { reasonSentences } from './reasonsentences.ts';
import { type SentenceCode, sentences, type Told } from './sentences.ts';
import { templateSentences } from './templatesentences.ts';

type Form = { code: SentenceCode; pattern: RegExp; names: string[]; literal: number };

/** The form of a sentence: its words as they stand, and anything in its blanks. */
function formOf(code: SentenceCode): Form {
  const parts = sentences[code].split(/\{(\w+)\}/);
  const words = parts.filter((_, index) => index % 2 === 0);
  const pattern = words.map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('(.+?)');
  const names = parts.filter((_, index) => index % 2 === 1);
  return { code, pattern: new RegExp(`^${pattern}$`), names, literal: words.join('').length };
}

/** The form with the most words of its own comes first: others may fit as well. */
const formsOf = (codes: readonly string[]): Form[] =>
  codes.map((code) => formOf(code as SentenceCode)).sort((one, other) => other.literal - one.literal);

const reasonForms = formsOf([
  ...Object.keys(reasonSentences),
  ...['lineHasNo', 'ownCertificateWanted', 'otherThingNamed'],
]);
const place = formOf('atPlace');
const here = formOf('hereItIs');
const frames: readonly string[] = ['atPlace', 'hereItIs', 'landsIn', 'inPolicy'];
const valueForms = formsOf(Object.keys(templateSentences).filter((code) => !frames.includes(code)));

function dataIn({ pattern, names }: Form, text: string): Record<string, string> | undefined {
  const found = pattern.exec(text);
  return found ? Object.fromEntries(names.map((name, index) => [name, found[index + 1]!])) : undefined;
}

function firstOf(forms: readonly Form[], text: string): Told | undefined {
  for (const form of forms) {
    const data = dataIn(form, text);
    if (data) return form.names.length === 0 ? { code: form.code } : { code: form.code, data };
  }
  return undefined;
}

/** Of a unit that does not fit the template: where, what is wrong there, and the value. */
function unfitIn(text: string): Told | undefined {
  const { at = '', what = '' } = dataIn(place, text) ?? {};
  const inner = dataIn(here, what);
  const wrong = inner?.what === undefined ? undefined : firstOf(valueForms, inner.what);
  if (wrong === undefined) return undefined;
  const data = { what: wrong, value: inner?.value ?? '' };
  return { code: 'atPlace', data: { at, what: { code: 'hereItIs', data } } };
}

/**
 * The sentence of the station that this reason is, as it stands on record. Undefined for the words of AWS, and for those
 * of another version.
 */
export const reasonTold = (reason: string): Told | undefined => firstOf(reasonForms, reason) ?? unfitIn(reason);

/** An error as a reason on record: its code, and its detail behind it. Undefined for any other text. */
export function errorInReason(reason: string): { code: ErrorCode; detail: string } | undefined {
  const [, name, detail = ''] = /^([a-zA-Z.]+)(?:: ([\s\S]*))?$/.exec(reason) ?? [];
  const code = errorCodes.find((one) => one === name);
  return code && { code, detail };
}
