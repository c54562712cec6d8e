/** Times as people write them in commands. */
import { StationError } from '../app/contract/errors.ts';

const isoForm = /^(\d{4}-\d\d-\d\d)([T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/;

/**
 * Converts a person's text to ISO 8601 UTC. Other forms are refused, because one such as 03/04/2026 is another day to
 * another person, and so are days that no calendar has.
 *
 * @throws `call.badParams` – names the flag, when the text is no time
 */
export function timeOf(text: string, flag: string): string {
  const day = isoForm.exec(text)?.[1];
  const [time, midnight] = [new Date(text), new Date(day ?? '')];
  if (
    !Number.isNaN(time.getTime()) &&
    !Number.isNaN(midnight.getTime()) &&
    midnight.toISOString().startsWith(`${day}T`)
  )
    return time.toISOString();
  const detail = `${flag}: "${text}" is not a time; write it as 2026-12-24 or 2026-12-24T08:00:00Z`;
  throw new StationError('call.badParams', detail);
}
