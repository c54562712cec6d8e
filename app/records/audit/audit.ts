/** The audit log: who did what, in order. Nothing in it is ever changed. */
import type { AuditEntry, AuditWrite } from '../../contract/model.ts';
import { read, write } from '../call.ts';
import { auditNames } from '../entrynames.ts';
import { canonical } from '../log/leaves.ts';
import type { Sql } from '../sql.ts';

export type NewAuditEntry = AuditWrite & { at: string };

/** Adds an entry to the append-only audit log, in the commit of the act that it describes. */
export function audit(sql: Sql, { at, entry, actor, subject, data }: NewAuditEntry): void {
  sql.run('INSERT INTO audit (at, entry, actor, subject, data) VALUES (@at, @entry, @actor, @subject, @data)', {
    at,
    entry,
    actor,
    subject,
    data: canonical(data),
  });
}

/** Adds an entry about an act that changes nothing else in the records. */
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
 * The number of station errors in a row: attempts that ended with an error of the station, since the last attempt that
 * ended otherwise or since an engineer released the bench. The number comes from the records, so a restart does not
 * reset it. Attempts that recovery closed say nothing about the station's health and do not count.
 */
export const errorsInARow = read((sql): number => {
  const errors = sql.all<{ code: string | null }>(
    `SELECT json_extract(data, '$.code') AS code FROM audit WHERE entry = ${auditNames('unit.error')} AND seq > coalesce(
       (SELECT seq FROM audit WHERE entry IN (${auditNames('unit.passed', 'unit.failed', 'bench.released')})
          OR (entry = ${auditNames('unit.aborted')} AND actor <> 'recovery') ORDER BY seq DESC LIMIT 1), 0)`,
  );
  return errors.reduce((sum, { code }) => sum + weightOf(code), 0);
});

/**
 * These errors do not count. Some have their own interlocks, which stop the bench and release it again. A PC that slept is
 * not faulty. A wrong line or a port that is not there is of one slot, is named with its remedy and harms no unit, so the
 * other slots go on.
 */
const passing: readonly (string | null)[] = [
  'link.noPort',
  'link.noise',
  'link.booting',
  'link.wrongFirmware',
  'link.otherProgram',
  'ca.locked',
  'ca.tokenAbsent',
  'ca.revoked',
  'policy.interlock',
  'station.suspended',
];
/**
 * A certificate that differs from its reservation stops the line at once. Its signer cannot be trusted with another
 * unit.
 */
const atOnce = Number.POSITIVE_INFINITY;

const weightOf = (code: string | null): number => {
  if (code === 'ca.mismatch') return atOnce;
  return passing.includes(code) ? 0 : 1;
};

/**
 * The latest trusted time on record, ISO 8601 UTC; null before `initStation`. An attempt begins only while no interlock
 * holds, and an engineer who releases the bench has checked the clock. A wrong clock may have written the other times
 * on record.
 */
export const trustedAt = read((sql): string | null => {
  const last = sql.get<{ at: string }>(
    `SELECT at FROM audit WHERE entry IN (${auditNames('attempt.started', 'bench.released')}) ORDER BY seq DESC LIMIT 1`,
  );
  return (last ?? sql.get<{ at: string }>('SELECT createdAt AS at FROM station'))?.at ?? null;
});
