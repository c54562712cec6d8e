/** Which certificate took another one's place. A superseded one without a successor: its unit is being reworked. */
import type { Sql } from '../sql.ts';

const open = `c.state = 'superseded' AND NOT EXISTS (SELECT 1 FROM supersessions s WHERE s.serialHex = c.serialHex)`;
const liveOf = (unit: string) =>
  `SELECT 1 FROM certificates l WHERE l.unitSerial = ${unit} AND l.purpose = 'device' AND l.state IN ('reserved', 'issued')`;

/** The superseded certificate of the unit that none has replaced yet. */
export const openSupersession = (sql: Sql, unitSerial: string): string | undefined =>
  sql.get<{ serialHex: string }>(
    `SELECT c.serialHex FROM certificates c WHERE c.unitSerial = @unitSerial AND ${open}
     ORDER BY c.reservedAt DESC, c.rowid DESC LIMIT 1`,
    { unitSerial },
  )?.serialHex;

/** A certificate was issued to the unit: what waits for a successor has one now. Its certificate serial. */
export function succeed(sql: Sql, unitSerial: string, bySerialHex: string): string | undefined {
  const serialHex = openSupersession(sql, unitSerial);
  if (serialHex === undefined) return undefined;
  sql.run('INSERT INTO supersessions (serialHex, bySerialHex) VALUES (@serialHex, @bySerialHex)', {
    serialHex,
    bySerialHex,
  });
  return serialHex;
}

/** Rework means another key: that of a superseded certificate is not certified again. */
export const isSupersededKey = (sql: Sql, unitSerial: string, spkiSha256: string): boolean =>
  sql.get(
    `SELECT 1 FROM certificates WHERE unitSerial = @unitSerial AND spkiSha256 = @spkiSha256 AND state = 'superseded'`,
    { unitSerial, spkiSha256 },
  ) !== undefined;

/** Units of an order that are being reworked: each keeps its place there. `order` and `unit` are SQL expressions. */
export const placesKept = (order: string, butFor = `''`): string => `
  SELECT count(DISTINCT c.unitSerial) FROM certificates c JOIN units k USING (unitSerial)
  WHERE c.orderId = ${order} AND k.orderId = c.orderId AND c.unitSerial <> ${butFor} AND ${open}
    AND NOT EXISTS (SELECT 1 FROM scraps x WHERE x.unitSerial = c.unitSerial) AND NOT EXISTS (${liveOf('c.unitSerial')})`;
