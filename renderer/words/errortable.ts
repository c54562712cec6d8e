/**
 * The words of a language for every error. A code without words does not compile. `{name}` in a sentence is a value of
 * the error's data.
 */
import type { ErrorCode } from '../../app/contract/index.ts';

export type ErrorWords = {
  /** The event. */
  what: string;
  /** Its meaning for the unit or for the work. */
  meaning: string;
  /** The one next act. */
  next: string;
};
export type ErrorTable = Record<ErrorCode, ErrorWords>;
