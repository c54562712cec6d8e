/** Days as people type them. They stand as 2026-12-24 on every screen, as in orders and files. */
import { dayAsWritten } from '../../app/contract/days.ts';

/** The German form, which means one day only. With slashes a day is another one to another person. */
const german = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/;

/** Whether a text is a day that a calendar has. */
export const isDay = (text: string): boolean => dayAsWritten(text) !== undefined;

/** Whether these are days of which the last comes before the first. */
export const areBackwards = (first: string, last: string): boolean => isDay(first) && isDay(last) && last < first;

/** A typed day as `2026-12-24`; other text as it is, without spaces around it. */
export function dayAsTyped(text: string): string {
  const typed = text.trim();
  const [, date = '', month = '', year] = german.exec(typed) ?? [];
  return year === undefined ? typed : `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`;
}
