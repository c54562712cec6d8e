/** The result of a rule for a text. */
import { type ErrorCode, StationError, type WireError } from '../../contract/errors.ts';

export type Refusal = { error: WireError };

/**
 * `undefined` means that the text is not of the rule's kind. A refusal means that it is, but that something in it is
 * wrong.
 */
export type Found<R> = { reading: R } | Refusal | undefined;

export const refusal = (code: ErrorCode, detail: string, data?: WireError['data']): Refusal => ({
  error: new StationError(code, detail, data ? { data } : {}).toJSON(),
});

/** `scan.wrongLength`, or undefined when the length fits. */
export function lengthProblem(value: string, length: { min: number; max: number } | undefined): Refusal | undefined {
  if (!length || (value.length >= length.min && value.length <= length.max)) return undefined;
  const { min, max } = length;
  const wanted = min === max ? `${min}` : `${min} to ${max}`;
  return refusal('scan.wrongLength', `${value.length} characters, the rule has ${wanted}`, {
    actual: value.length,
    min,
    max,
  });
}
