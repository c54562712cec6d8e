/** Scrapped units: the station does nothing more to them, and shows them in a state of their own. */
import { enforce, unitIsNotScrapped } from '../../issuing/rules/index.ts';
import type { Sql } from '../sql.ts';

/** Joins `scraps` to `units u` or another table with a `unitSerial`. A row means that the unit is scrapped. */
export const withScraps = 'LEFT JOIN scraps s USING (unitSerial)';
/** The state to show, from the journal's index `j` joined `withScraps`. */
export const shownState = `CASE WHEN s.unitSerial IS NULL THEN j.state ELSE 'scrapped' END`;

/** SQL: whether the unit of a row is scrapped. */
export const isScrapped = (row: string): string =>
  `EXISTS (SELECT 1 FROM scraps x WHERE x.unitSerial = ${row}.unitSerial)`;

/**
 * Checks that the unit is not scrapped.
 *
 * @throws unit.scrapped – when it is
 */
export function assertNotScrapped(sql: Sql, unitSerial: string): void {
  const scrapped = sql.get('SELECT 1 FROM scraps WHERE unitSerial = @unitSerial', { unitSerial }) !== undefined;
  enforce(unitIsNotScrapped({ scrapped, unitSerial }));
}
