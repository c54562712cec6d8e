/**
 * Which certificate replaced which. A superseded certificate without a successor means that its unit is being reworked.
 */
import type { Sql } from '../sql.ts';

/** SQL: the superseded certificate of a unit that has no successor yet. */
export const openSupersessionOf = (unitSerial: string): string =>
  `SELECT o.serialHex FROM certificates o WHERE o.unitSerial = ${unitSerial} AND o.state = 'superseded'
     AND NOT EXISTS (SELECT 1 FROM supersessions x WHERE x.serialHex = o.serialHex)`;

/** The same as its certificate serial. */
export const openSupersession = (sql: Sql, unitSerial: string): string | undefined =>
  sql.get<{ serialHex: string }>(openSupersessionOf('@unitSerial'), { unitSerial })?.serialHex;

/** Records the issued certificate as the successor of the unit's superseded one. */
export const succeed = (sql: Sql, serialHex: string, bySerialHex: string): void =>
  void sql.run('INSERT INTO supersessions (serialHex, bySerialHex) VALUES (@serialHex, @bySerialHex)', {
    serialHex,
    bySerialHex,
  });

/** SQL: whether `@unitSerial` had the key `@spkiSha256` before its rework, which needs another one. */
export const isSupersededKey = `EXISTS (SELECT 1 FROM certificates
  WHERE unitSerial = @unitSerial AND spkiSha256 = @spkiSha256 AND state = 'superseded')`;
