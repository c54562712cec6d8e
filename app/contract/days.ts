/** Times as people write them, in orders, files and commands. A day such as 2026-12-24 is a day at this PC's place. */

const form = /^(\d{4})-(\d\d)-(\d\d)([T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/;

/**
 * What a day without a time means: its first moment, its last second, or the first moment after it, for an end that does
 * not count itself.
 */
export type DayMeans = 'start' | 'end' | 'after';

/**
 * ISO 8601 UTC; undefined for other forms, because one such as 03/04/2026 is another day to another person, and for a day
 * or a time that no calendar has. A time without a zone is one at this place.
 */
export function timeAsWritten(text: string, day: DayMeans): string | undefined {
  const [, years, months, days, clock] = form.exec(text) ?? [];
  const [year, month, date] = [Number(years), Number(months) - 1, Number(days)];
  const known = new Date(Date.UTC(year, month, date));
  if (Number.isNaN(known.getTime()) || !text.startsWith(known.toISOString().slice(0, 10))) return undefined;
  if (clock !== undefined) {
    const time = new Date(text);
    return Number.isNaN(time.getTime()) ? undefined : onRecord(time);
  }
  if (day === 'end') return onRecord(new Date(year, month, date, 23, 59, 59));
  return onRecord(new Date(year, month, date + (day === 'after' ? 1 : 0)));
}

/** On record years have four digits. */
function onRecord(time: Date): string | undefined {
  const text = time.toISOString();
  return /^\d{4}-/.test(text) ? text : undefined;
}

/** A day as its first moment and the first one after it; undefined for a time, and where `timeAsWritten` is. */
export function dayAsWritten(text: string): { from: string; until: string } | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return undefined;
  const [from, until] = [timeAsWritten(text, 'start'), timeAsWritten(text, 'after')];
  return from === undefined || until === undefined ? undefined : { from, until };
}
