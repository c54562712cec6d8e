/** Check characters of labels. */
import { gtin, luhn, mod37_36, mod97_10 } from 'cdigit';
import type { CheckKind } from '../../contract/model.ts';

/** The characters of ISO/IEC 16388 (Code 39), in the order of their values. */
const code39 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%';

/** The last character is the sum of the values of all characters before it, modulo 43. */
function mod43(text: string): boolean {
  const values = [...text].map((character) => code39.indexOf(character));
  const last = values.pop();
  return values.reduce((sum, value) => sum + value, 0) % 43 === last;
}

type Check = { alphabet: RegExp; fits: (text: string) => boolean };

// The library skips characters that it does not know, so the allowed characters are checked here.
const checks: Record<Exclude<CheckKind, 'none'>, Check> = {
  mod10: { alphabet: /^\d{2,}$/, fits: (text) => gtin.validate(text) },
  luhn: { alphabet: /^\d{2,}$/, fits: (text) => luhn.validate(text) },
  mod43: { alphabet: /^[0-9A-Z\-. $/+%]{2,}$/, fits: mod43 },
  'mod37-36': { alphabet: /^[0-9A-Z]{2,}$/, fits: (text) => mod37_36.validate(text) },
  'mod97-10': { alphabet: /^\d{3,}$/, fits: (text) => mod97_10.validate(text) },
};

/**
 * Whether the check characters at the end of `text` fit the text before them. "-", "_" and ":" of a serial do not
 * count, except that Code 39's check counts "-".
 */
export function checkFits(kind: CheckKind, text: string): boolean {
  if (kind === 'none') return true;
  const { alphabet, fits } = checks[kind];
  const counted = text.replaceAll(kind === 'mod43' ? /[_:]/g : /[-_:]/g, '');
  return alphabet.test(counted) && fits(counted);
}
