/** What a language has to say of every error: a code without words does not compile. */
import type { ErrorCode } from '../../app/contract/index.ts';

export type ErrorWords = {
  /** What happened. */
  what: string;
  /** What it means for the unit or for the work. */
  meaning: string;
  /** The one next act. */
  next: string;
};
export type ErrorTable = Record<ErrorCode, ErrorWords>;
