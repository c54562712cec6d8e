/** Validity times (RFC 5280 §4.1.2.5): UTCTime through 2049, GeneralizedTime from 2050, whole seconds, always Z. */
import { type Asn1, text } from './der.ts';
import { DerError, type DerNode, tags } from './node.ts';

/** Formats a date as `20261121060000Z`. */
function digits(date: Date): string {
  const day = `${date.getUTCFullYear()}${two(date.getUTCMonth() + 1)}${two(date.getUTCDate())}`;
  return `${day}${two(date.getUTCHours())}${two(date.getUTCMinutes())}${two(date.getUTCSeconds())}Z`;
}

const two = (value: number): string => (value < 10 ? `0${value}` : `${value}`);

/** The one form that a time has: the tag and the text. Year 2049 is the last with two digits. */
const formOf = (date: Date): readonly [tag: number, value: string] =>
  date.getUTCFullYear() < 2050 ? [tags.utcTime, digits(date).slice(2)] : [tags.generalizedTime, digits(date)];

/** Encodes the second that `date` falls in. Years 1950 to 9999. */
export function encodeTime(date: Date): Asn1 {
  const year = date.getUTCFullYear();
  if (!(year >= 1950 && year <= 9999)) throw new RangeError(`no certificate time for the year ${year}`);
  return text(...formOf(date));
}

/**
 * Reads either form. The wrong form for the year, other precisions, other zones and days that do not exist are refused.
 * @throws `DerError`
 */
export function readTime(node: DerNode | undefined): Date {
  const value = Buffer.from(node?.content ?? []).toString('latin1');
  const full = node?.tag === tags.utcTime ? `${Number(value.slice(0, 2)) < 50 ? '20' : '19'}${value}` : value;
  const at = (start: number): number => Number(full.slice(start, start + 2));
  const date = new Date(Date.UTC(Number(full.slice(0, 4)), at(4) - 1, at(6), at(8), at(10), at(12)));
  // Date.UTC turns a day or hour that does not exist into a later one, and text into no date. Neither reads as it was.
  const [tag, written] = formOf(date);
  if (node?.tag !== tag || value !== written) throw new DerError('not a certificate time');
  return date;
}

/** The whole second that `date` falls in. Certificates have no fractions of a second. */
export const wholeSecond = (date: Date): Date => new Date(Math.floor(date.getTime() / 1000) * 1000);
