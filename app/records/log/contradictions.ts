/** What witnesses held against the log, as the log itself tells it. A restore that is declared explains what was before it. */
import { auditNames } from '../entrynames.ts';
import type { Sql } from '../sql.ts';

export type HeldAgainst = {
  at: string;
  witness: string;
  /** The size of the log that the witness holds. */
  held: number;
  /** The size of the log here at that time. */
  size: number;
  /** The checkpoint that it showed, signed by this station; null when there is only its word. */
  note: string | null;
};

/** Since the last restore, the oldest first. */
export const contradictionsOf = (sql: Sql): HeldAgainst[] =>
  sql
    .all<{ at: string; data: string }>(
      `SELECT at, data FROM audit
       WHERE subject = (SELECT stationId FROM station) AND entry = ${auditNames('checkpoint.contradicted')}
         AND seq > coalesce((SELECT max(seq) FROM audit WHERE subject = (SELECT stationId FROM station)
           AND entry = ${auditNames('station.restored')}), 0)
       ORDER BY seq`,
    )
    .map(({ at, data }) => ({ at, ...(JSON.parse(data) as Omit<HeldAgainst, 'at'>) }));
