/** Units that the plant refused, because another station has what they use, or because the plant revoked them. */
import type { PlantKind } from '../../contract/plant.ts';
import { enforce, plantHasNotRefused, plantHasNotRevoked } from '../../issuing/rules/index.ts';
import type { Sql } from '../sql.ts';

/** The first refusal of the unit; null when there is none. */
export const refusalOf = (sql: Sql, unitSerial: string): { kind: PlantKind; owner: string; ownerUnit: string } | null =>
  sql.get<{ kind: PlantKind; owner: string; ownerUnit: string }>(
    'SELECT kind, owner, ownerUnit FROM plantRefusals WHERE unitSerial = @unitSerial ORDER BY refusedAt LIMIT 1',
    { unitSerial },
  ) ?? null;

/** A unit with a certificate of this station, which is revoked here, may be reworked. */
const revocationsOf = (unitSerial: string): string =>
  `FROM plantRevocations v WHERE v.unitSerial = ${unitSerial}
     AND (v.serialHex IS NULL OR NOT EXISTS (SELECT 1 FROM certificates k WHERE k.serialHex = v.serialHex))`;

/** Why the plant revoked the unit, or its certificate of another station; null when it did not. */
export const plantRevocationOf = (sql: Sql, unitSerial: string): { reason: string; note: string } | null =>
  sql.get<{ reason: string; note: string }>(
    `SELECT v.reason, v.note ${revocationsOf('@unitSerial')} ORDER BY v.revocationId LIMIT 1`,
    { unitSerial },
  ) ?? null;

/** @throws plant.collision – another station has what the unit uses; plant.revoked – the plant revoked it */
export function assertNotRefused(sql: Sql, unitSerial: string): void {
  enforce(plantHasNotRefused({ plantRefusal: refusalOf(sql, unitSerial), unitSerial }));
  enforce(plantHasNotRevoked({ plantRevocation: plantRevocationOf(sql, unitSerial), unitSerial }));
}

/** SQL: whether the plant refused or revoked the unit of a row. */
export const isRefused = (row: string): string =>
  `(EXISTS (SELECT 1 FROM plantRefusals x WHERE x.unitSerial = ${row}.unitSerial)
    OR EXISTS (SELECT 1 ${revocationsOf(`${row}.unitSerial`)}))`;
