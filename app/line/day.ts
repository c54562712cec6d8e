/** The day in the PC's own time zone. Records are in UTC. */

/**
 * The first moment of the day: 0:00, or 1:00 when summer time skips midnight; the first when there are two midnights.
 */
export function startOfDay(now: Date): Date {
  const start = new Date(now);
  start.setHours(0, 0, 0, 0);
  return start;
}
