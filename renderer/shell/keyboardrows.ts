/** The rows of the on-screen keyboard: letters where each language has them, digits and what serials and PEM names need. */
import type { Locale } from '../words/index.ts';

export type KeyboardPlane = 'small' | 'large' | 'signs';

const digits = '1234567890';
const letters: Record<Locale, readonly string[]> = {
  en: ['qwertyuiop', 'asdfghjkl', 'zxcvbnm-_.'],
  de: ['qwertzuiopü', 'asdfghjklöä', 'yxcvbnmß-_.'],
};
const signs = ['!"#$%&\'()*', '+,/:;<=>?@', '[]^`{|}~\\€'];

/** One string a row, one character a key. */
export function rowsOf(plane: KeyboardPlane, locale: Locale): string[] {
  if (plane === 'signs') return [digits, ...signs];
  const rows = [digits, ...letters[locale]];
  // "ß" has no capital that a password would mean.
  return plane === 'small'
    ? rows
    : rows.map((row) => [...row].map((key) => (key === 'ß' ? key : key.toUpperCase())).join(''));
}

export type TypedEdit = { value: string; caret: number };

/** A text after a key: put in at the caret, over what is marked. */
export function typed(value: string, start: number, end: number, text: string): TypedEdit {
  return { value: value.slice(0, start) + text + value.slice(end), caret: start + text.length };
}

/** What is marked goes; else the character before the caret, whole even where it takes two code units. */
export function erased(value: string, start: number, end: number): TypedEdit {
  if (start !== end) return { value: value.slice(0, start) + value.slice(end), caret: start };
  const before = [...value.slice(0, start)].slice(0, -1).join('');
  return { value: before + value.slice(start), caret: before.length };
}
