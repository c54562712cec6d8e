/** Numbers that a person gives as text, in an option or an argument. */
import { StationError } from '../app/contract/errors.ts';

/** Both ends are good. */
type Range = { from?: number; to?: number };

/** Digits alone: an empty text, 1e3 and 0x10 are none. @throws call.badParams – names the option */
export function wholeNumber(text: string, flag: string, range?: Range): number;
export function wholeNumber(text: string | undefined, flag: string, range?: Range): number | undefined;
export function wholeNumber(text: string | undefined, flag: string, range: Range = {}): number | undefined {
  return text === undefined ? undefined : numberIn(text, { flag, form: /^\d+$/, kind: 'a whole number', range });
}

/** With a decimal point or without. @throws call.badParams – names the option */
export const decimalNumber = (text: string, flag: string, range: Range = {}): number =>
  numberIn(text, { flag, form: /^\d+(\.\d+)?$/, kind: 'a number', range });

/** A port; 0 is any free one. @throws call.badParams – names the option */
export const portNumber = (text: string, flag: string): number =>
  numberIn(text, { flag, form: /^\d+$/, kind: 'a port', range: { from: 0, to: 65_535 } });

type Wanted = { flag: string; form: RegExp; kind: string; range: Range };

function numberIn(text: string, { flag, form, kind, range }: Wanted): number {
  const { from = 0, to = Number.MAX_SAFE_INTEGER } = range;
  const value = form.test(text) ? Number(text) : Number.NaN;
  if (value >= from && value <= to) return value;
  const ends = range.to === undefined ? (from === 0 ? '' : ` from ${from} on`) : ` from ${from} to ${to}`;
  throw new StationError('call.badParams', `${flag}: "${text}" is not ${kind}${ends}`);
}
