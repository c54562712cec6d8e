import type { KeyboardScanner, ScannerEnd } from '../../app/contract/index.ts';

/** What a keyboard event says, as far as scans go. */
export type KeyFacts = {
  down: boolean;
  /** `KeyboardEvent.key` and `.code`. */
  key: string;
  code: string;
  /** `KeyboardEvent.timeStamp`: when it happened, in milliseconds, however late it is handled. */
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

/** One key going down, read. */
export type Stroke = {
  /** The key and what was held with it: `Shift+KeyZ`. */
  id: string;
  /** The character a scanner means by it. */
  char: string | undefined;
  /** It ends a scan. */
  end: ScannerEnd | undefined;
  /** It edits or moves: a person's key, if it comes alone. */
  edits: boolean;
  /** The character that this PC makes of it, for a person; empty where none. */
  typed: string;
  key: string;
  at: number;
  /** Milliseconds since anything happened on the keyboard before it. */
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

/** Ctrl and a key, by the place of the key: scanners send control characters so. EOT, FS, GS, RS, US. */
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

/** Without a taught scanner: what this PC's keyboard layout makes of the key. */
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

/** Alt and digits of the number pad make the character of that number; `0` in front or not. */
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
