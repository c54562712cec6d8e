import type { AuditEntry } from '../ledger.ts';
import type { Sql } from '../sql.ts';

export type NewAuditEntry = {
  at: string;
  entry: string;
  actor: string;
  subject: string;
  data: Record<string, unknown>;
};

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

export function listAudit(sql: Sql, page: { limit: number; offset: number }): { total: number; rows: AuditEntry[] } {
  const total = sql.get<{ total: number }>('SELECT count(*) AS total FROM audit')?.total ?? 0;
  const rows = sql
    .all<Omit<AuditEntry, 'data'> & { data: string }>(
      'SELECT seq, at, entry, actor, subject, data FROM audit ORDER BY seq DESC LIMIT @limit OFFSET @offset',
      page,
    )
    .map((row) => ({ ...row, data: JSON.parse(row.data) as Record<string, unknown> }));
  return { total, rows };
}

/**
 * Attempts that ended as the station's fault since the last one that did not, or since an engineer released the bench.
 * What recovery closed says nothing about the station's health.
 */
export function errorsInARow(sql: Sql, _: object): number {
  const last = sql.get<{ seq: number }>(
    `SELECT seq FROM audit WHERE entry IN ('unit.passed', 'unit.failed', 'bench.released')
       OR (entry = 'unit.aborted' AND actor <> 'recovery') ORDER BY seq DESC LIMIT 1`,
  );
  const errors = sql.all<{ code: string | null }>(
    `SELECT json_extract(data, '$.code') AS code FROM audit WHERE seq > @seq AND entry = 'unit.error'`,
    { seq: last?.seq ?? 0 },
  );
  return errors.reduce((sum, { code }) => sum + weightOf(code), 0);
}

/** Interlocks of their own stop the bench for these, and let it go on by themselves; a PC that slept is not sick. */
const passing: readonly (string | null)[] = [
  'ca.locked',
  'ca.tokenAbsent',
  'ca.revoked',
  'policy.interlock',
  'station.suspended',
];
/** A certificate that is not the one reserved stops the line at once: whatever signs cannot be trusted with another unit. */
const atOnce = 1000;

const weightOf = (code: string | null): number => {
  if (code === 'ca.mismatch') return atOnce;
  return passing.includes(code) ? 0 : 1;
};

/**
 * The latest time that nobody has reason to doubt: an attempt begins only while no interlock holds, and an engineer who
 * releases the bench has looked at the clock, too. What else is on record may have been written by a wrong clock.
 */
export function trustedAt(sql: Sql, _: object): string | null {
  const last = sql.get<{ at: string }>(
    `SELECT at FROM audit WHERE entry IN ('attempt.started', 'bench.released') ORDER BY seq DESC LIMIT 1`,
  );
  return (last ?? sql.get<{ at: string }>('SELECT createdAt AS at FROM station'))?.at ?? null;
}
