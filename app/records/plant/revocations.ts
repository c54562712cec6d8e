/** Certificates and units that the plant revoked. The station that issued a certificate revokes it; the others refuse the unit. */
import type { RevocationReason } from '../../contract/model.ts';
import type { PlantRevocation } from '../../contract/plantdocuments.ts';
import { read } from '../call.ts';
import type { Sql } from '../sql.ts';

/** Adds those that are not on record. None is ever taken back: a revocation is final. */
export function keepRevocations(sql: Sql, revocations: readonly PlantRevocation[], at: string): void {
  for (const { serialHex, unitSerial, reason, note, revokedAt } of revocations)
    sql.run(
      `INSERT INTO plantRevocations (serialHex, unitSerial, reason, note, revokedAt, takenAt)
       VALUES (@serialHex, @unitSerial, @reason, @note, @revokedAt, @at) ON CONFLICT DO NOTHING`,
      { serialHex, unitSerial, reason, note, revokedAt, at },
    );
}

/**
 * Certificates of this station that the plant revoked, and that are not revoked here yet. A unit that is at work keeps its
 * certificate until the work has ended.
 */
export const plantRevocationsDue = read((sql): { serialHex: string; reason: RevocationReason; note: string }[] => {
  const isDue = `c.state NOT IN ('reserved', 'void') AND c.serialHex NOT IN (SELECT serialHex FROM revocations)`;
  return sql.all(
    `SELECT c.serialHex, v.reason, v.note FROM plantRevocations v JOIN certificates c ON c.serialHex = v.serialHex
     WHERE ${isDue}
     UNION SELECT c.serialHex, v.reason, v.note FROM plantRevocations v JOIN certificates c ON c.unitSerial = v.unitSerial
     WHERE v.serialHex IS NULL AND ${isDue}`,
  );
});
