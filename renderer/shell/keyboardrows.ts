/**
 * The rows of the on-screen keyboard: letters in the order of each language, digits, and the characters of serials and
 * PEM names.
 */
import type { Locale } from '../words/index.ts';

export type KeyboardPlane = 'small' | 'large' | 'signs';

const digits = '1234567890';
const letters: Record<Locale, readonly string[]> = {
  en: ['qwertyuiop', 'asdfghjkl', 'zxcvbnm-_.'],
  de: ['qwertzuiopü', 'asdfghjklöä', 'yxcvbnmß-_.'],
};
const signs = ['!"#$%&\'()*', '+,/:;<=>?@', '[]^`{|}~\\€'];

/** The rows. Each string is a row, and each character is a key. */
export function rowsOf(plane: KeyboardPlane, locale: Locale): string[] {
  if (plane === 'signs') return [digits, ...signs];
  const rows = [digits, ...letters[locale]];
  // In a password the capital of "ß" would be ambiguous.
  return plane === 'small'
    ? rows
    : rows.map((row) => [...row].map((key) => (key === 'ß' ? key : key.toUpperCase())).join(''));
}

export type TypedEdit = { value: string; caret: number };

/** The text after a key: the character goes to the caret, or replaces the selection. */
export function typed(value: string, start: number, end: number, text: string): TypedEdit {
  return { value: value.slice(0, start) + text + value.slice(end), caret: start + text.length };
}

/**
 * The text after backspace: without the selection, or without the character before the caret, even if that has two code
 * units.
 */
export function erased(value: string, start: number, end: number): TypedEdit {
  if (start !== end) return { value: value.slice(0, start) + value.slice(end), caret: start };
  const before = [...value.slice(0, start)].slice(0, -1).join('');
  return { value: before + value.slice(start), caret: before.length };
}
