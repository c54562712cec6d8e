/** What a birth record of a unit says: its story, its certificates, and where the log has them. */
import type { RevocationReason } from '../../contract/certificates.ts';
import type { UnitHistory } from '../../contract/model.ts';
import type { GivenCheckpoint } from '../log/store.ts';
import { checkpointOf, headOf } from '../log/store.ts';
import type { Sql } from '../sql.ts';
import { showUnit } from '../units/history.ts';
import { selectLeaves } from './selection.ts';

type Revocation = { reason: RevocationReason; note: string; actor: string; revokedAt: string };

export type BirthRecord = {
  station: { stationId: string; name: string };
  unit: UnitHistory;
  /** By the serials of the certificates that were revoked. */
  revocations: Readonly<Record<string, Revocation>>;
  /** Null while the log is not signed. */
  log: { checkpoint: GivenCheckpoint; leaves: number; first: number; last: number } | null;
};

/**
 * Reads the birth record of a unit.
 *
 * @throws unit.notFound
 */
export function birthRecordOf(sql: Sql, unitSerial: string): BirthRecord {
  const unit = showUnit(sql, unitSerial, '');
  const station = sql.get<BirthRecord['station']>('SELECT stationId, name FROM station')!;
  const revoked = sql.all<Revocation & { serialHex: string }>(
    `SELECT serialHex, r.reason, note, r.actor, revokedAt FROM revocations r JOIN certificates c USING (serialHex)
     WHERE c.unitSerial = @unitSerial`,
    { unitSerial: unit.unitSerial },
  );
  const revocations = Object.fromEntries(revoked.map(({ serialHex, ...revocation }) => [serialHex, revocation]));
  const [head, checkpoint] = [headOf(sql), checkpointOf(sql)];
  if (head === undefined || checkpoint === undefined) return { station, unit, revocations, log: null };
  let leaves = 0;
  let [first, last] = [Number.POSITIVE_INFINITY, 0];
  for (const leaf of selectLeaves(sql, { unitSerial }, head).leaves) {
    if (leaf === undefined) continue;
    leaves += 1;
    first = Math.min(first, leaf.index);
    last = Math.max(last, leaf.index);
  }
  return { station, unit, revocations, log: { checkpoint, leaves, first, last } };
}
