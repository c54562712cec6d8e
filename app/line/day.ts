/** The day of a shift's figures, by the PC's own time zone; what is recorded is UTC. */

/** The first moment of the day: 0:00, or 1:00 where summer time takes the hour before; the first of two midnights. */
export function startOfDay(now: Date): Date {
  const start = new Date(now);
  start.setHours(0, 0, 0, 0);
  return start;
}

/** Of the day after, which begins 23, 24 or 25 hours after this one, or another number where a zone is changed. */
export function startOfNextDay(now: Date): Date {
  const start = new Date(now);
  // Every day has a noon: by way of it no midnight that is missing, or there twice, is counted wrongly.
  start.setHours(12, 0, 0, 0);
  start.setDate(start.getDate() + 1);
  return startOfDay(start);
}
