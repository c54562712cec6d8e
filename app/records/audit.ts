import type { AuditEntry } from './ledger.ts';
import type { Sql } from './sql.ts';

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
  // A certificate that is not the one reserved stops the line at once: it counts as many.
  const errors = sql.get<{ count: number }>(
    `SELECT coalesce(sum(iif(json_extract(data, '$.code') = 'ca.mismatch', 1000, json_extract(data, '$.code') NOT IN ('ca.locked', 'ca.tokenAbsent'))), 0) AS count
     FROM audit WHERE seq > @seq AND entry = 'unit.error'`,
    { seq: last?.seq ?? 0 },
  );
  return errors?.count ?? 0;
}
