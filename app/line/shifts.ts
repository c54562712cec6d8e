/** The shift of a moment, by the station's calendar and its time zone. */
import type { Shift, ShiftCalendar } from '../contract/shifts.ts';

export type ShiftNow = {
  /** The factory's word for the shift; empty if it has none. Undefined outside the shifts. */
  name: string | undefined;
  since: Date;
  /** The first moment that no longer belongs to it. */
  until: Date;
};

/** A shift that starts on one day: the moment it starts, and the moment at which it is over at the latest. */
type Start = { shift: Shift; at: number; over: number };

const dayMs = 86_400_000;

/** The last answer, and the calendar that it is of. */
let answered: { zone: string | null; shifts: readonly Shift[]; shift: ShiftNow; offsets: string } | undefined;

/** By how much the clock of the PC is ahead at both ends. Another zone with the same two would give the same shift. */
const offsetsOf = ({ since, until }: ShiftNow): string => `${since.getTimezoneOffset()} ${until.getTimezoneOffset()}`;

/**
 * The present shift, or the time between two shifts. To find it takes a millisecond, and the bench asks at each look: an
 * answer serves until its shift is over, the calendar is another, or the PC has another zone.
 */
export function shiftAt({ zone, shifts }: ShiftCalendar, now: Date): ShiftNow {
  if (answered?.zone === zone && answered.shifts === shifts) {
    const { shift, offsets } = answered;
    if (shift.since <= now && now < shift.until && offsetsOf(shift) === offsets) return shift;
  }
  const shift = findShift({ zone, shifts }, now);
  answered = { zone, shifts, shift, offsets: offsetsOf(shift) };
  return shift;
}

function findShift({ zone, shifts }: ShiftCalendar, now: Date): ShiftNow {
  const wall = zone === null ? wallClockHere : wallClockOf(zone);
  const today = Math.floor(wall(now.getTime()) / dayMs) * dayMs;
  const startsOn = (days: number): Start[] => {
    const date = today + days * dayMs;
    const weekday = new Date(date).getUTCDay() || 7;
    return shifts
      .filter((shift) => shift.days.includes(weekday))
      .sort((one, other) => one.starts.localeCompare(other.starts))
      .map((shift) => {
        const local = date + minutesOf(shift.starts) * 60_000;
        return { shift, at: momentOf(wall, local), over: momentOf(wall, local + dayMs) };
      });
  };
  // Each shift starts within a week. The day before and the day after allow for a zone that skips a whole day.
  const week = Array.from({ length: 9 }, (_, days) => days);
  const last = firstFound(week, (days) => startsOn(-days).findLast(({ at }) => at <= now.getTime()));
  const next = firstFound(week, (days) => startsOn(days).find(({ at }) => at > now.getTime()));
  const nextAt = next?.at ?? now.getTime() + dayMs;
  if (last === undefined) return { name: undefined, since: now, until: new Date(nextAt) };
  if (last.over <= now.getTime()) return { name: undefined, since: new Date(last.over), until: new Date(nextAt) };
  return { name: last.shift.name, since: new Date(last.at), until: new Date(Math.min(nextAt, last.over)) };
}

function firstFound<T>(days: readonly number[], find: (days: number) => T | undefined): T | undefined {
  for (const day of days) {
    const found = find(day);
    if (found !== undefined) return found;
  }
  return undefined;
}

const minutesOf = (starts: string): number => Number(starts.slice(0, 2)) * 60 + Number(starts.slice(3));

/** The one of the station's zone. To make it costs more than to use it, and each look at the bench uses it. */
let kept: { zone: string; format: Intl.DateTimeFormat } | undefined;

function formatOf(zone: string): Intl.DateTimeFormat {
  if (kept?.zone === zone) return kept.format;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  kept = { zone, format };
  return format;
}

/** Reads the wall clock of a zone: a moment becomes the UTC milliseconds that would show the same date and time. */
function wallClockOf(zone: string): (at: number) => number {
  const format = formatOf(zone);
  return (at) => {
    const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    return Date.UTC(year, month - 1, day, hour, minute, second) + (((at % 1000) + 1000) % 1000);
  };
}

/**
 * The same for the zone of the PC. That one need not have a name which Intl knows: `TZ` may hold a rule such as `CET-1`,
 * nothing, or a name with a typing error.
 */
const wallClockHere = (at: number): number => at - new Date(at).getTimezoneOffset() * 60_000;

/**
 * The moment at which the wall clock shows `local`: the first one if the clock shows it twice, and if it skips it, the
 * moment at which it jumps.
 */
function momentOf(wall: (at: number) => number, local: number): number {
  // No zone changes its clock twice within two days.
  const before = local - (wall(local - dayMs) - (local - dayMs));
  const after = local - (wall(local + dayMs) - (local + dayMs));
  const found = [Math.min(before, after), Math.max(before, after)].find((at) => wall(at) === local);
  if (found !== undefined) return found;
  let [early, late] = [Math.min(before, after), Math.max(before, after)];
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2);
    if (wall(middle) < local) early = middle;
    else late = middle;
  }
  return late;
}
