/** The answers of the scan reader to a key and to silence. */
import type { ScanTrouble } from './keyburst.ts';
import type { KeyFacts, Stroke } from './keystroke.ts';

export type ReaderOutcome =
  /** With `takeBack`, the characters that were typed since the line was quiet are removed from the field, too. */
  | { kind: 'scan'; text: string; strokes: readonly Stroke[] }
  | { kind: 'refused'; trouble: ScanTrouble; key?: string; strokes: readonly Stroke[]; takeBack: boolean }
  /** The keys were typing. These held strokes must be replayed. */
  | { kind: 'typed'; strokes: readonly Stroke[] }
  /** One key that was pressed outside fields, alone. */
  | { kind: 'shortcut'; key: string };

export type ReaderAnswer = {
  /** Whether to keep the key from the page. */
  hold: boolean;
  /** Whether it begins a run of keys, so that the field must be remembered. With `afresh` the line was quiet before. */
  begins: boolean;
  afresh: boolean;
  outcomes: ReaderOutcome[];
};

export type ScanReader = {
  /**
   * @param inField whether a text field has the focus
   * @param moved whether the focus has moved since the last scan; then a lone Enter is a person's
   */
  key(facts: KeyFacts, inField: boolean, moved?: boolean): ReaderAnswer;
  /** Call it when time has passed without a key. */
  quiet(at: number): ReaderOutcome[];
  /** The time for the next call of `quiet`. */
  dueAt(): number | undefined;
  /** How much longer to wait for keys on their way, in ms. The wait is long when no key was held back. */
  slack(): number;
  /** Call it when the window has lost the keyboard. */
  leave(): ReaderOutcome[];
};
