/**
 * Which certificate replaced which. A superseded certificate without a successor means that its unit is being reworked.
 */
import type { Sql } from '../sql.ts';

const open = `c.state = 'superseded' AND NOT EXISTS (SELECT 1 FROM supersessions s WHERE s.serialHex = c.serialHex)`;

/** The unit's superseded certificate that has no successor yet. */
export const openSupersession = (sql: Sql, unitSerial: string): string | undefined =>
  sql.get<{ serialHex: string }>(
    `SELECT c.serialHex FROM certificates c WHERE c.unitSerial = @unitSerial AND ${open}`,
    { unitSerial },
  )?.serialHex;

/**
 * Records the issued certificate as the successor of the unit's superseded one, if there is one.
 *
 * @returns the certificate serial of the superseded certificate
 */
export function succeed(sql: Sql, unitSerial: string, bySerialHex: string): string | undefined {
  const serialHex = openSupersession(sql, unitSerial);
  if (serialHex === undefined) return undefined;
  sql.run('INSERT INTO supersessions (serialHex, bySerialHex) VALUES (@serialHex, @bySerialHex)', {
    serialHex,
    bySerialHex,
  });
  return serialHex;
}

/** Rework needs another key: the key of a superseded certificate is not certified again. */
export const isSupersededKey = (sql: Sql, unitSerial: string, spkiSha256: string): boolean =>
  sql.get(
    `SELECT 1 FROM certificates WHERE unitSerial = @unitSerial AND spkiSha256 = @spkiSha256 AND state = 'superseded'`,
    { unitSerial, spkiSha256 },
  ) !== undefined;
