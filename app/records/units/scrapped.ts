/** Units nothing more is done to, and the state that is shown of a unit because of them. */
import { StationError } from '../../contract/errors.ts';
import type { Sql } from '../sql.ts';

/** For `units u` or whatever else has a `unitSerial`: a row here means scrapped. */
export const withScraps = 'LEFT JOIN scraps s USING (unitSerial)';
/** Of the journal's index `j`, joined `withScraps`. */
export const shownState = `CASE WHEN s.unitSerial IS NULL THEN j.state ELSE 'scrapped' END`;

export const isScrapped = (sql: Sql, unitSerial: string): boolean =>
  sql.get('SELECT 1 FROM scraps WHERE unitSerial = @unitSerial', { unitSerial }) !== undefined;

export function assertNotScrapped(sql: Sql, unitSerial: string): void {
  if (!isScrapped(sql, unitSerial)) return;
  throw new StationError('unit.scrapped', `${unitSerial} has been scrapped`, { data: { unitSerial } });
}
