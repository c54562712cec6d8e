/** Times as people write them in commands. */
import { type DayMeans, timeAsWritten } from '../app/contract/days.ts';
import { StationError } from '../app/contract/errors.ts';

/**
 * Converts a person's text to ISO 8601 UTC.
 *
 * @throws `call.badParams` – names the flag, when the text is no time
 */
export function timeOf(text: string, flag: string, day: DayMeans): string {
  const time = timeAsWritten(text, day);
  if (time !== undefined) return time;
  const detail = `${flag}: "${text}" is not a time; write it as 2026-12-24 or 2026-12-24T08:00:00Z`;
  throw new StationError('call.badParams', detail);
}
