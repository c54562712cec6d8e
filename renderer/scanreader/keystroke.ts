import type { KeyboardScanner, ScannerEnd } from '../../app/contract/index.ts';

/** The facts of a keyboard event that matter for scans. */
export type KeyFacts = {
  down: boolean;
  /** `KeyboardEvent.key` and `.code`. */
  key: string;
  code: string;
  /** `KeyboardEvent.timeStamp`: the time of the event in milliseconds, even if it is handled late. */
  at: number;
  shift: boolean;
  ctrl: boolean;
  alt: boolean;
  meta: boolean;
  altGraph: boolean;
  capsLock: boolean;
  repeat: boolean;
  composing: boolean;
};

/** One key that went down. */
export type Stroke = {
  /** The key with its held keys: `Shift+KeyZ`. */
  id: string;
  /** The character that a scanner means by this key. */
  char: string | undefined;
  /** The end of a scan, if the key is one. */
  end: ScannerEnd | undefined;
  /** Whether it edits or moves. Such a key alone is a person's. */
  edits: boolean;
  /** The PC's character for this key, for people; empty if there is none. */
  typed: string;
  key: string;
  at: number;
  /** Milliseconds since the last event of the keyboard before it. */
  idle: number;
};

const modifiers = [
  'Shift',
  'Control',
  'Alt',
  'AltGraph',
  'Meta',
  'NumLock',
  'ScrollLock',
  'Fn',
  'FnLock',
  'Hyper',
  'Super',
];
export const isModifier = (key: string): boolean => modifiers.includes(key);

const editing = [
  'Backspace',
  'Delete',
  'Insert',
  'ArrowLeft',
  'ArrowRight',
  'ArrowUp',
  'ArrowDown',
  'Home',
  'End',
  'PageUp',
  'PageDown',
  'Escape',
  'ContextMenu',
];

/** Ctrl and a key, by the key's place: scanners send control characters in this way. EOT, FS, GS, RS, US. */
const controls: Record<string, string> = {
  KeyD: '\u0004',
  Backslash: '\u001c',
  BracketRight: '\u001d',
  Digit6: '\u001e',
  Minus: '\u001f',
};

const isEnter = (key: string, code: string) => key === 'Enter' || code === 'Enter' || code === 'NumpadEnter';

function endOf({ key, code, shift, ctrl, alt, meta }: KeyFacts): ScannerEnd | undefined {
  if (alt || meta) return undefined;
  if (ctrl) return code === 'KeyJ' ? 'lf' : code === 'KeyM' || isEnter(key, code) ? 'enter' : undefined;
  if (isEnter(key, code)) return 'enter';
  return key === 'Tab' && !shift ? 'tab' : undefined;
}

function strokeId({ key, code, shift, ctrl, altGraph, alt }: KeyFacts): string {
  const held = altGraph ? 'AltGr+' : `${ctrl ? 'Ctrl+' : ''}${alt ? 'Alt+' : ''}`;
  return `${held}${shift ? 'Shift+' : ''}${code === '' ? key : code}`;
}

/** Without a taught scanner: the character of this PC's keyboard layout. */
function plainChar(facts: KeyFacts): string | undefined {
  const { key, code, ctrl, alt, meta, altGraph, composing } = facts;
  if (composing || meta) return undefined;
  if (altGraph || !(ctrl || alt)) return [...key].length === 1 ? key : undefined;
  return ctrl && !alt ? controls[code] : undefined;
}

export function readStroke(facts: KeyFacts, idle: number, scanner: KeyboardScanner | null): Stroke {
  const id = strokeId(facts);
  const plain = plainChar(facts);
  const end = endOf(facts);
  return {
    id,
    char: end || facts.composing || facts.key === 'Process' ? undefined : scanner ? scanner.keys[id] : plain,
    end,
    edits: editing.includes(facts.key) || (facts.key === 'Tab' && end === undefined),
    typed: plain !== undefined && plain >= ' ' ? plain : '',
    key: facts.key,
    at: facts.at,
    idle,
  };
}

/** The character that Alt and digits of the number pad make, with or without `0` in front. */
export function altStroke(digits: string, at: number, idle: number, scanner: KeyboardScanner | null): Stroke {
  const id = `Alt+${digits}`;
  const number = Number(digits);
  const plain = number > 0 && number < 127 ? String.fromCharCode(number) : undefined;
  const end = plain === '\r' ? 'enter' : plain === '\n' ? 'lf' : plain === '\t' ? 'tab' : undefined;
  return {
    id,
    char: end ? undefined : (scanner?.keys[id] ?? plain),
    end,
    edits: false,
    typed: plain !== undefined && plain >= ' ' ? plain : '',
    key: id,
    at,
    idle,
  };
}
