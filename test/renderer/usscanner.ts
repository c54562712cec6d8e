/** A scanner set to a US keyboard, on PCs with other layouts, with what people set on scanners. */
import type { KeyFacts } from '../../renderer/scanreader/keystroke.ts';
import { type KeyEventIn, merged, stroke } from './keystreams.ts';

/** A US keyboard: place and Shift of each character. */
const rows: Record<string, [string, string]> = {
  Minus: ['-', '_'],
  Equal: ['=', '+'],
  Slash: ['/', '?'],
  Period: ['.', '>'],
  Semicolon: [';', ':'],
  BracketRight: [']', '}'],
  Space: [' ', ' '],
  Digit3: ['3', '#'],
  Digit4: ['4', '$'],
  Digit5: ['5', '%'],
  Digit8: ['8', '*'],
  Digit9: ['9', '('],
  Digit0: ['0', ')'],
};
function usPlace(char: string): { code: string; shift: boolean } {
  if (/[a-z]/i.test(char)) return { code: `Key${char.toUpperCase()}`, shift: char !== char.toLowerCase() };
  for (const [code, signs] of Object.entries(rows)) {
    const index = signs.indexOf(char);
    if (index >= 0) return { code, shift: index === 1 };
  }
  return { code: `Digit${char}`, shift: false };
}

/** What a German keyboard makes of those places. */
const german: Record<string, string> = {
  KeyY: 'z',
  KeyZ: 'y',
  'Shift+KeyY': 'Z',
  'Shift+KeyZ': 'Y',
  Minus: 'ß',
  'Shift+Minus': '?',
  Slash: '-',
  'Shift+Slash': '_',
  'Shift+Semicolon': 'Ö',
  'Shift+Equal': '`',
  BracketRight: '+',
  'Shift+Digit3': '§',
  'Shift+Digit8': '(',
  'Shift+Digit9': ')',
  'Shift+Digit0': '=',
};

export type Way = {
  pc?: 'us' | 'de';
  suffix?: readonly string[];
  prefix?: string;
  gs?: readonly [string, Partial<KeyFacts>];
  gsLost?: boolean;
  periodMs?: number;
  caps?: boolean;
  alt?: boolean;
  upper?: boolean;
  aim?: boolean;
};

/** What a US scanner types for a text. */
export function typedBy(text: string, way: Way, from = 1000): KeyEventIn[] {
  const { pc = 'us', suffix = ['enter'], prefix = '', periodMs = 6, aim = false } = way;
  const head = prefix + (aim ? (text.includes('\u001d') ? ']C1' : ']C0') : '');
  let at = from;
  const events: KeyEventIn[] = [];
  for (const char of head + (way.upper ? text.toUpperCase() : text)) {
    if (char === '\u001d') {
      if (way.gsLost) continue;
      const [key, facts] = way.gs ?? ['F8', {}];
      events.push(...stroke(key, at, 2, 'scanner', facts));
    } else if (way.alt) {
      const [altDown] = stroke('Alt', at, 0, 'scanner', { alt: true });
      const [, altUp] = stroke('Alt', at + 41, 0, 'scanner');
      if (altDown) events.push(altDown);
      for (const [index, digit] of [...String(char.charCodeAt(0)).padStart(4, '0')].entries())
        events.push(...stroke(digit, at + 8 * (index + 1), 3, 'scanner', { code: `Numpad${digit}`, alt: true }));
      if (altUp) events.push(altUp);
      at += 40;
    } else {
      const place = usPlace(char);
      const seen = pc === 'de' ? (german[`${place.shift ? 'Shift+' : ''}${place.code}`] ?? char) : char;
      events.push(...stroke(seen, at, 2, 'scanner', { ...place, capsLock: way.caps ?? false }));
    }
    at += periodMs;
  }
  for (const end of suffix) {
    const [key, facts] =
      end === 'lf' ? (['j', { ctrl: true }] as const) : ([end === 'tab' ? 'Tab' : 'Enter', {}] as const);
    events.push(...stroke(key, at, 2, 'scanner', facts));
    at += periodMs;
  }
  return merged(events);
}
