/** Units that the plant refused, because another station has what they use. */
import type { PlantKind } from '../../contract/plant.ts';
import { enforce, plantHasNotRefused } from '../../issuing/rules/index.ts';
import type { Sql } from '../sql.ts';

/** The first refusal of the unit; null when there is none. */
export const refusalOf = (sql: Sql, unitSerial: string): { kind: PlantKind; owner: string; ownerUnit: string } | null =>
  sql.get<{ kind: PlantKind; owner: string; ownerUnit: string }>(
    'SELECT kind, owner, ownerUnit FROM plantRefusals WHERE unitSerial = @unitSerial ORDER BY refusedAt LIMIT 1',
    { unitSerial },
  ) ?? null;

/** @throws plant.collision – another station has what the unit uses */
export const assertNotRefused = (sql: Sql, unitSerial: string): void =>
  enforce(plantHasNotRefused({ plantRefusal: refusalOf(sql, unitSerial), unitSerial }));

/** SQL: whether the plant refused the unit of a row. */
export const isRefused = (row: string): string =>
  `EXISTS (SELECT 1 FROM plantRefusals x WHERE x.unitSerial = ${row}.unitSerial)`;
