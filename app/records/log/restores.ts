/**
 * Restores from a backup, as the log itself tells them. A restored station has a new key. What the key before signed
 * about later states than the backup is lost, and declared: it is no sign that someone put an older file in place.
 */
import { auditNames } from '../entrynames.ts';
import type { Sql } from '../sql.ts';
import { type Checkpoint, isSignedBy } from './note.ts';

export type Restore = {
  at: string;
  /** When the backup was made. */
  madeAt: string;
  /** The leaves of the backup, and their root. */
  size: number;
  root: Uint8Array;
  /** The key of the log before; null when it was not signed. */
  publicKey: Uint8Array | null;
  /** So many leaves are lost at least; null when no later checkpoint was shown. */
  lost: number | null;
};

type Data = { madeAt: string; size: number; root: string; publicKey: string | null; lost: number | null };

/** The restores of this station, the oldest first. An entry that another program wrote may be none. */
export const restoresOf = (sql: Sql): Restore[] =>
  sql
    .all<{ at: string; data: string }>(
      `SELECT at, data FROM audit WHERE subject = (SELECT stationId FROM station) AND entry = ${auditNames('station.restored')}
         AND CASE WHEN json_valid(data) THEN json_type(data, '$.root') = 'text' AND json_type(data, '$.size') = 'integer' END
       ORDER BY seq`,
    )
    .map(({ at, data }) => {
      const { root, publicKey, ...facts } = JSON.parse(data) as Data;
      return {
        ...{ at, madeAt: facts.madeAt, size: facts.size, lost: facts.lost },
        root: Buffer.from(root, 'base64'),
        publicKey: typeof publicKey === 'string' ? Buffer.from(publicKey, 'base64') : null,
      };
    });

/** The restore that ended the key of this checkpoint. */
export const endOfKey = (restores: readonly Restore[], checkpoint: Checkpoint): Restore | undefined =>
  restores.find(({ publicKey }) => publicKey !== null && isSignedBy(checkpoint, publicKey));

/** Whether the checkpoint tells of a state that a declared restore gave up. */
export function isGivenUp(restores: readonly Restore[], checkpoint: Checkpoint): boolean {
  const restore = endOfKey(restores, checkpoint);
  return restore !== undefined && checkpoint.size > restore.size;
}

/** The keys that signed the log before, base64, each with the time at which another one came. */
export const keysBefore = (sql: Sql): { publicKey: string; until: string }[] =>
  sql.all<{ publicKey: string; until: string }>(
    `SELECT json_extract(data, '$.before') AS publicKey, at AS until FROM audit
     WHERE subject = (SELECT stationId FROM station) AND entry = ${auditNames('log.rekeyed')} ORDER BY seq`,
  );
