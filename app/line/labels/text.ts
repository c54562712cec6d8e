/** Splits the scanner's text into the AIM symbology identifier (ISO/IEC 15424) and the contents of the code. */

/** The symbologies that say "GS1" by their identifier: GS1-128, DataBar, DataMatrix, QR and DotCode. */
const gs1Identifiers = [']C1', ']e0', ']d2', ']Q3', ']J1'];

export const groupSeparator = '\u001d';

export type ScanBody = {
  body: string;
  /** The AIM identifier decides `yes` or `no`. `unsaid` means that the scanner sends none. */
  gs1: 'yes' | 'no' | 'unsaid';
};

export function bodyOf(text: string): ScanBody {
  const trimmed = text.trim();
  const aim = /^\][A-Za-z][0-9A-Za-z]/.exec(trimmed)?.[0];
  if (aim === undefined) return { body: trimmed, gs1: 'unsaid' };
  return { body: trimmed.slice(aim.length), gs1: gs1Identifiers.includes(aim) ? 'yes' : 'no' };
}

/**
 * A text with these characters is damaged: no label holds them, except between the elements of GS1 and ISO/IEC 15434.
 */
export const isDamaged = (body: string): boolean =>
  [...body].some((character) => {
    const code = character.codePointAt(0)!;
    if (code === 0x1d || code === 0x1e || code === 0x04) return false;
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code === 0xfffd || (code >= 0xd800 && code < 0xe000);
  });

/** The text for people: control characters as their pictures, at most `longest` characters. */
export const shownText = (text: string, longest = 80): string =>
  [...text.slice(0, longest)]
    .map((character) => {
      const code = character.codePointAt(0)!;
      if (code < 0x20) return String.fromCodePoint(0x2400 + code);
      return code >= 0x7f && code < 0xa0 ? '\u2421' : character;
    })
    .join('');
