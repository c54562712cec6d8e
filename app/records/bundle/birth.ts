/** What a birth record of a unit says: its story, its certificates, and where the log has them. */
import type { UnitHistory } from '../../contract/model.ts';
import type { GivenCheckpoint } from '../log/store.ts';
import { checkpointOf, headOf } from '../log/store.ts';
import type { Sql } from '../sql.ts';
import { showUnit } from '../units/history.ts';
import { selectLeaves } from './selection.ts';

export type BirthRecord = {
  station: { stationId: string; name: string };
  unit: UnitHistory;
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
  const [head, checkpoint] = [headOf(sql), checkpointOf(sql)];
  if (head === undefined || checkpoint === undefined) return { station, unit, log: null };
  let leaves = 0;
  let [first, last] = [Number.POSITIVE_INFINITY, 0];
  for (const leaf of selectLeaves(sql, { unitSerial }, head).leaves) {
    if (leaf === undefined) continue;
    leaves += 1;
    first = Math.min(first, leaf.index);
    last = Math.max(last, leaf.index);
  }
  return { station, unit, log: { checkpoint, leaves, first, last } };
}
