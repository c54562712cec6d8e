/** When a checkpoint is due at a place. It follows from the settings and the last one there, so that a restart only delays it. */
import type { CheckpointConfig, ShiftCalendar } from '../../contract/model.ts';
import { shiftAt } from '../../line/index.ts';

const hourMs = 3_600_000;
/** After a try that failed: 5 minutes, then twice as long each time, an hour at most. */
const firstRetryMs = 300_000;

/** When to try again after so many tries that failed. */
export const retryAt = (failedAt: Date, tries: number): Date =>
  new Date(failedAt.getTime() + Math.min(firstRetryMs * 2 ** Math.min(tries - 1, 10), hourMs));

const everyDay = [1, 2, 3, 4, 5, 6, 7];

/**
 * The moment at which a place is due by the clock: now, or later; null where only an act brings a checkpoint.
 *
 * @param lastAt when it got the last one; a place that has none is due at once
 */
export function dueAt(
  lastAt: string | null,
  { everyHours, at, shiftEnd }: Pick<CheckpointConfig, 'everyHours' | 'at' | 'shiftEnd'>,
  shifts: ShiftCalendar,
  now: Date,
): Date | null {
  const calendars = [
    ...(at === null ? [] : [{ ...shifts, shifts: [{ name: '', starts: at, days: everyDay }] }]),
    ...(shiftEnd && shifts.shifts.length > 0 ? [shifts] : []),
  ];
  if (everyHours === null && calendars.length === 0) return null;
  const last = lastAt === null ? undefined : Date.parse(lastAt);
  // A clock that was set back must not put it off.
  if (last === undefined || last > now.getTime()) return now;
  const times = calendars.map((calendar) => {
    const { since, until } = shiftAt(calendar, now);
    return since.getTime() < now.getTime() && since.getTime() > last ? now.getTime() : until.getTime();
  });
  if (everyHours !== null) times.push(last + everyHours * hourMs);
  return new Date(Math.max(Math.min(...times), now.getTime()));
}
