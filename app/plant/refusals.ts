/** What the plant or PostgreSQL says, as an error of the station. */
import { StationError } from '../contract/errors.ts';

/** SQLSTATEs (PostgreSQL appendix A); class BM is our own functions'. */
const refused = /^(28|42501|BM001|3D000|3F000|42P01|42703|42883)/;

/** `code`: a SQLSTATE, or a code of the system such as ECONNREFUSED. The text of a foreign error may hold an address. */
export function errorOf(code: string, cause: unknown): StationError {
  const detailOf: Record<string, string> = {
    BM001: 'the plant does not know this login for this station: ask who keeps the plant to admit it',
    '3F000': 'there is no plant in this database: make it with "plant init"',
    '42P01': 'there is no plant in this database: make it with "plant init"',
    '42703': 'the plant is of an earlier version: bring it up to date with "plant init"',
    '42883': 'the plant is of another version: bring it up to date with "plant init"',
  };
  if (code === 'BM003')
    return new StationError('plant.forked', "the plant has other leaves than this station's log: was it restored?", {
      cause,
    });
  // Its text is our own.
  if (code === 'BM004')
    return new StationError('plant.noLease', cause instanceof Error ? cause.message : code, { cause });
  if (refused.test(code))
    return new StationError('plant.refused', detailOf[code] ?? `the plant refuses this login (${code})`, { cause });
  return new StationError('plant.unreachable', `the plant cannot be reached (${code})`, { cause });
}
