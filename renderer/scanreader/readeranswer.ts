/** What the reader of scans answers to a key, and to silence. */
import type { ScanTrouble } from './keyburst.ts';
import type { KeyFacts, Stroke } from './keystroke.ts';

export type ReaderOutcome =
  /** `takeBack`: what was typed since the line was quiet is taken out of the field too. */
  | { kind: 'scan'; text: string; strokes: readonly Stroke[] }
  | { kind: 'refused'; trouble: ScanTrouble; key?: string; strokes: readonly Stroke[]; takeBack: boolean }
  /** It was typing: these strokes were held back and are due. */
  | { kind: 'typed'; strokes: readonly Stroke[] }
  /** One key, pressed outside of fields, alone. */
  | { kind: 'shortcut'; key: string };

export type ReaderAnswer = {
  /** Keep the key from the page. */
  hold: boolean;
  /** It begins a run of keys: remember the field. `afresh`: the line was quiet before. */
  begins: boolean;
  afresh: boolean;
  outcomes: ReaderOutcome[];
};

export type ScanReader = {
  /**
   * @param inField whether a text field has the focus
   * @param moved whether the focus went elsewhere since the last scan: then a lone Enter is a person's
   */
  key(facts: KeyFacts, inField: boolean, moved?: boolean): ReaderAnswer;
  /** Time has passed without a key. */
  quiet(at: number): ReaderOutcome[];
  /** When `quiet` should be told. */
  dueAt(): number | undefined;
  /** How much longer, in milliseconds, to wait for keys that are on their way. It is long where no key was held back. */
  slack(): number;
  /** The window lost the keyboard. */
  leave(): ReaderOutcome[];
};
