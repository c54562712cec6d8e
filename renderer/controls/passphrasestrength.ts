const minPassphrase = 12;
export type Strength = 'weak' | 'fair' | 'good' | 'strong';

/**
 * A rough guess from length and kinds of characters. A repeated character counts only twice, so `aaaaaaaaaaaa` is weak.
 */
export function strengthOf(passphrase: string): Strength {
  if (passphrase.length < minPassphrase || new Set(passphrase).size < 6) return 'weak';
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/].filter((kind) => kind.test(passphrase)).length;
  const score = passphrase.length + kinds * 3;
  if (score >= 32) return 'strong';
  return score >= 23 ? 'good' : 'fair';
}

/** A new passphrase as it is typed. */
export type NewPassphrase = { passphrase: string; again: string };
export const noPassphrase: NewPassphrase = { passphrase: '', again: '' };

export const passphraseFits = ({ passphrase, again }: NewPassphrase): boolean =>
  strengthOf(passphrase) !== 'weak' && passphrase === again;
