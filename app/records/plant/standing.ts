/** How far the plant has the log, and what it refused. */
import type { PlantCollision } from '../../contract/plant.ts';
import { audit } from '../audit/audit.ts';
import { read, write } from '../call.ts';
import { headOf } from '../log/store.ts';
import { append } from '../units/journal.ts';

export type PlantMark = { plantId: string; logId: number; acknowledged: number; reachedAt: string };

/** `size` and `publicKey` (32 bytes) of the log here. `refused`: units. `mark` is null before the plant was reached. */
export type PlantStanding = {
  size: number;
  publicKey: Uint8Array | null;
  refused: number;
  mark: PlantMark | null;
};

/** How this station stands with its plant, as far as is known here. */
export const plantStanding = read(
  (sql): PlantStanding => ({
    size: headOf(sql)?.size ?? 0,
    publicKey: headOf(sql)?.publicKey ?? null,
    refused: sql.get<{ units: number }>('SELECT count(DISTINCT unitSerial) AS units FROM plantRefusals')!.units,
    mark: sql.get<PlantMark>('SELECT plantId, logId, acknowledged, reachedAt FROM plantMark') ?? null,
  }),
);

/** What the plant has acknowledged; null forgets the plant. */
export const keepPlantMark = write((sql, mark: Omit<PlantMark, 'reachedAt'> | null, at): void => {
  if (mark === null) sql.exec('DELETE FROM plantMark; DELETE FROM plantRejections');
  else
    sql.run(
      `INSERT INTO plantMark (only, plantId, logId, acknowledged, reachedAt) VALUES (1, @plantId, @logId, @acknowledged, @at)
       ON CONFLICT DO UPDATE SET plantId = @plantId, logId = @logId, acknowledged = @acknowledged, reachedAt = @at`,
      { ...mark, at },
    );
});

/**
 * The plant refused these: their units go no further. Journal and audit `unit.refused`, once for each. A unit that is not
 * on record (its order was refused here as well) has nothing that could go on.
 */
export const recordPlantRefusals = write((sql, collisions: Omit<PlantCollision, 'collisionId'>[], at): number => {
  let recorded = 0;
  for (const { unitSerial, kind, value, ownerId, owner, ownerUnit } of collisions) {
    const attempts = sql.get<{ attempts: number }>('SELECT attempts FROM journalIndex WHERE unitSerial = @unitSerial', {
      unitSerial,
    })?.attempts;
    const known = sql.get(
      'SELECT 1 FROM plantRefusals WHERE unitSerial = @unitSerial AND kind = @kind AND value = @value',
      { unitSerial, kind, value },
    );
    if (attempts === undefined || known) continue;
    sql.run(
      `INSERT INTO plantRefusals (unitSerial, kind, value, ownerId, owner, ownerUnit, refusedAt)
       VALUES (@unitSerial, @kind, @value, @ownerId, @owner, @ownerUnit, @at)`,
      { unitSerial, kind, value, ownerId, owner, ownerUnit, at },
    );
    const data = { kind, value, owner, ownerUnit };
    append(sql, { unitSerial, at, attempt: attempts, entry: 'unit.refused', actor: 'station', data });
    audit(sql, { at, entry: 'unit.refused', actor: 'station', subject: unitSerial, data });
    recorded += 1;
  }
  return recorded;
});
