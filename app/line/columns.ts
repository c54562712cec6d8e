/** The columns of a chart: hours, days, weeks and months in the PC's own time zone, or the station's shifts. */
import { type ChartBucket, mostColumns } from '../contract/charts.ts';
import { StationError } from '../contract/errors.ts';
import type { ShiftCalendar } from '../contract/shifts.ts';
import { startOfDay } from './day.ts';
import { shiftAt } from './shifts.ts';

const hourMs = 3_600_000;
const quarterMs = 900_000;

/** The first moment after `at` that belongs to another column. */
const nextOf: Record<ChartBucket, (at: Date, calendar: ShiftCalendar) => Date> = {
  // Where the clock is put back, the hour that comes twice has two columns.
  hour: (at) =>
    new Date(at.getTime() + hourMs - (at.getMinutes() * 60 + at.getSeconds()) * 1000 - at.getMilliseconds()),
  shift: (at, calendar) => shiftAt(calendar, at).until,
  day: (at) => daysAfter(at, 1),
  week: (at) => daysAfter(at, 8 - (at.getDay() || 7)),
  month: (at) => startOfDay(new Date(at.getFullYear(), at.getMonth() + 1, 1, 12)),
};

// From noon, because a day may have no midnight.
const daysAfter = (at: Date, days: number): Date =>
  startOfDay(new Date(at.getFullYear(), at.getMonth(), at.getDate() + days, 12));

type Period = { since: string; until: string; bucket: ChartBucket };

/**
 * The beginning of each column and the end of the last one, ISO 8601 UTC. Columns that begin after `now` are left out,
 * except the first.
 *
 * @throws call.badParams – the period is empty, or has more than 120 columns
 */
export function columnsOf({ since, until, bucket }: Period, calendar: ShiftCalendar, now: Date): string[] {
  const end = Math.ceil(Date.parse(until) / quarterMs) * quarterMs;
  let at = Math.floor(Date.parse(since) / quarterMs) * quarterMs;
  if (at >= end) throw new StationError('call.badParams', 'the period ends before it begins');
  const edges = [at];
  do {
    at = Math.min(nextOf[bucket](new Date(at), calendar).getTime(), end);
    edges.push(at);
    if (edges.length > mostColumns + 1)
      throw new StationError(
        'call.badParams',
        `more than ${mostColumns} columns: choose a shorter period, or longer columns`,
      );
  } while (at < end && at <= now.getTime());
  return edges.map((edge) => new Date(edge).toISOString());
}
