/** The audit log: who did what, in order; nothing in it is ever changed. */
import type { AuditEntry, AuditWrite } from '../../contract/model.ts';
import { read, write } from '../call.ts';
import { auditNames } from '../entrynames.ts';
import type { Sql } from '../sql.ts';

export type NewAuditEntry = AuditWrite & { at: string };

/** Adds to the append-only audit log, in the commit of what it is about. */
export function audit(sql: Sql, { at, entry, actor, subject, data }: NewAuditEntry): void {
  sql.run('INSERT INTO audit (at, entry, actor, subject, data) VALUES (@at, @entry, @actor, @subject, @data)', {
    at,
    entry,
    actor,
    subject,
    data: JSON.stringify(data),
  });
}

/** An entry that is about nothing else in the records. */
export const recordAudit = write((sql, entry: AuditWrite, at) => audit(sql, { ...entry, at }));

/** One page, the latest entry first; `total` counts all entries. */
export const listAudit = read((sql, page: { limit: number; offset: number }): { total: number; rows: AuditEntry[] } => {
  const { total } = sql.get<{ total: number }>('SELECT count(*) AS total FROM audit')!;
  const rows = sql
    .all<Omit<AuditEntry, 'data'> & { data: string }>(
      'SELECT seq, at, entry, actor, subject, data FROM audit ORDER BY seq DESC LIMIT @limit OFFSET @offset',
      page,
    )
    .map((row) => ({ ...row, data: JSON.parse(row.data) as Record<string, unknown> }));
  return { total, rows };
});

/**
 * Station errors in a row, from the records, so that a restart does not forget them: attempts that ended as the station's fault since the last one that did not, or since an engineer released the bench.
 * What recovery closed says nothing about the station's health.
 */
export const errorsInARow = read((sql): number => {
  const errors = sql.all<{ code: string | null }>(
    `SELECT json_extract(data, '$.code') AS code FROM audit WHERE entry = ${auditNames('unit.error')} AND seq > coalesce(
       (SELECT seq FROM audit WHERE entry IN (${auditNames('unit.passed', 'unit.failed', 'bench.released')})
          OR (entry = ${auditNames('unit.aborted')} AND actor <> 'recovery') ORDER BY seq DESC LIMIT 1), 0)`,
  );
  return errors.reduce((sum, { code }) => sum + weightOf(code), 0);
});

/** Interlocks of their own stop the bench for these, and let it go on by themselves; a PC that slept is not sick. */
const passing: readonly (string | null)[] = [
  'ca.locked',
  'ca.tokenAbsent',
  'ca.revoked',
  'policy.interlock',
  'station.suspended',
];
/** A certificate that is not the one reserved stops the line at once: whatever signs cannot be trusted with another unit. */
const atOnce = Number.POSITIVE_INFINITY;

const weightOf = (code: string | null): number => {
  if (code === 'ca.mismatch') return atOnce;
  return passing.includes(code) ? 0 : 1;
};

/**
 * The latest time on record that there is no reason to doubt: an attempt begins only while no interlock holds, and an engineer who
 * releases the bench has looked at the clock, too. What else is on record may have been written by a wrong clock. ISO 8601
 * UTC; null before the station is made.
 */
export const trustedAt = read((sql): string | null => {
  const last = sql.get<{ at: string }>(
    `SELECT at FROM audit WHERE entry IN (${auditNames('attempt.started', 'bench.released')}) ORDER BY seq DESC LIMIT 1`,
  );
  return (last ?? sql.get<{ at: string }>('SELECT createdAt AS at FROM station'))?.at ?? null;
});
