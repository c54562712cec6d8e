/** The day for a shift's figures, in the PC's own time zone. Records are in UTC. */

/**
 * The first moment of the day: 0:00, or 1:00 when summer time skips midnight; the first when there are two midnights.
 */
export function startOfDay(now: Date): Date {
  const start = new Date(now);
  start.setHours(0, 0, 0, 0);
  return start;
}

/**
 * The first moment of the next day, which begins 23, 24 or 25 hours later, or another number when a zone is changed.
 */
export function startOfNextDay(now: Date): Date {
  const start = new Date(now);
  // Every day has a noon. Going through noon keeps a missing or repeated midnight from being counted wrongly.
  start.setHours(12, 0, 0, 0);
  start.setDate(start.getDate() + 1);
  return startOfDay(start);
}
