/** A day as people write it, such as 2026-12-24: in orders, files and commands it is a day at this PC's place. */

/** @returns undefined when the text is no day, or one that no calendar has */
const dayOf = (text: string): { year: number; month: number; day: number } | undefined => {
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  const [year, month, day] = (found ?? []).slice(1).map(Number);
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const there = new Date(Date.UTC(year, month - 1, day));
  return there.toISOString().startsWith(text) ? { year, month: month - 1, day } : undefined;
};

/** The last second of the day, ISO 8601 UTC; undefined for what is no day. */
export function endOfDay(text: string): string | undefined {
  const day = dayOf(text);
  return day && new Date(day.year, day.month, day.day, 23, 59, 59).toISOString();
}

/** The first moment of the day, or with `after` of the one that follows, ISO 8601 UTC; undefined for what is no day. */
export function startOfDay(text: string, after = 0): string | undefined {
  const day = dayOf(text);
  return day && new Date(day.year, day.month, day.day + after).toISOString();
}
