/** Certificates and units that the plant revoked. The station that issued a certificate revokes it; the others refuse the unit. */
import { StationError } from '../../contract/errors.ts';
import type { RevocationReason } from '../../contract/model.ts';
import type { PlantRevocation } from '../../contract/plantdocuments.ts';
import { write } from '../call.ts';
import { revokeCertificate } from '../certificates/revocations.ts';
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

type Due = { serialHex: string; reason: RevocationReason; note: string };

/**
 * Revokes the certificates of this station that the plant revoked, by the ordinary act and once each. A unit that is at work
 * is left for the next call. Returns how many were revoked.
 */
export const settlePlantRevocations = write((sql, _: undefined, at): number => {
  const due = sql.all<Due>(
    `SELECT c.serialHex, v.reason, v.note FROM plantRevocations v
       JOIN certificates c ON c.serialHex = v.serialHex OR (v.serialHex IS NULL AND c.unitSerial = v.unitSerial)
     WHERE c.state NOT IN ('reserved', 'void') AND c.serialHex NOT IN (SELECT serialHex FROM revocations)
     GROUP BY c.serialHex`,
  );
  let revoked = 0;
  for (const { serialHex, reason, note } of due)
    try {
      revokeCertificate(sql, { serialHex, reason, note, actor: 'plant' }, at);
      revoked += 1;
    } catch (thrown) {
      // Nothing was written yet.
      if (!(thrown instanceof StationError) || thrown.code !== 'unit.inProgress') throw thrown;
    }
  return revoked;
});
