/** Times as people write them in commands. */
import { endOfDay, startOfDay } from '../app/contract/days.ts';
import { StationError } from '../app/contract/errors.ts';

const isoForm = /^(\d{4}-\d\d-\d\d)([T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/;

/**
 * What a day without a time means: its first moment, its last second (as in files of orders), or the first moment after
 * it, for an end that does not count itself. All at this PC's place.
 */
type DayMeans = 'start' | 'end' | 'after';

/**
 * Converts a person's text to ISO 8601 UTC. Other forms are refused, because one such as 03/04/2026 is another day to
 * another person, and so are days that no calendar has.
 *
 * @throws `call.badParams` – names the flag, when the text is no time
 */
export function timeOf(text: string, flag: string, day: DayMeans): string {
  const [, date = '', clock] = isoForm.exec(text) ?? [];
  const ofDay = day === 'end' ? endOfDay(date) : startOfDay(date, day === 'after' ? 1 : 0);
  const time = new Date(text);
  if (ofDay !== undefined && clock === undefined) return ofDay;
  if (ofDay !== undefined && !Number.isNaN(time.getTime())) return time.toISOString();
  const detail = `${flag}: "${text}" is not a time; write it as 2026-12-24 or 2026-12-24T08:00:00Z`;
  throw new StationError('call.badParams', detail);
}
