/** The audit log by period, entry, person and subject. */
import { type AuditFilter, type ListCursor, windowRows } from '../../contract/desk.ts';
import type { AuditEntry } from '../../contract/model.ts';
import { read } from '../call.ts';
import type { Sql, SqlParams } from '../sql.ts';
import { type Part, pageSize, type WindowPage } from '../windows.ts';

export type AuditSearch = AuditFilter & Part;
type Row = Omit<AuditEntry, 'data'> & { data: string };
/** Sequence numbers between which entries of the filter lie. */
type Span = { first: number; last: number };

/**
 * A page, the latest entry first unless `descending` is false. The days' book says between which sequence numbers the
 * entries of a person or a name lie, so that a page of few among millions does not look at the others.
 */
export const searchAudit = read((sql, search: AuditSearch): WindowPage<AuditEntry> => {
  const { after, offset = 0, limit = pageSize, descending = true } = search;
  const spans = cut(spansOf(sql, search), after, descending);
  const { where, params } = conditionsOf(search);
  const rows: AuditEntry[] = [];
  let passed = 0;
  let count = 0;
  for (const span of descending ? spans.toReversed() : spans) {
    const inSpan = `FROM audit WHERE seq >= @first AND seq <= @last${where}`;
    const bound = { ...params, first: span.first, last: span.last };
    const left = windowRows + 1 - count;
    if (left <= 0) break;
    const here = sql.get<{ count: number }>(
      `SELECT count(*) AS count FROM (SELECT 1 ${inSpan} LIMIT ${left})`,
      bound,
    )!.count;
    if (rows.length < limit && passed + here > offset) {
      const skip = Math.max(0, offset - passed);
      rows.push(
        ...sql
          .all<Row>(
            `SELECT seq, at, entry, actor, subject, data ${inSpan} ORDER BY seq${descending ? ' DESC' : ''} LIMIT @limit OFFSET @skip`,
            { ...bound, limit: limit - rows.length, skip },
          )
          .map((row) => ({ ...row, data: JSON.parse(row.data) as Record<string, unknown> })),
      );
    }
    passed += here;
    count += here;
  }
  const total = Math.min(count, windowRows);
  const end = rows.at(-1);
  const isLast = offset + rows.length >= total && count <= windowRows;
  return { total, more: count > windowRows, rows, next: end && !isLast ? { key: end.seq, tie: end.seq } : null };
});

/** The names of everyone who left an entry: people, users of the operating system, and parts of the station. */
export const auditActors = read((sql): string[] =>
  sql.all<{ actor: string }>('SELECT DISTINCT actor FROM auditDays ORDER BY actor').map(({ actor }) => actor),
);

function conditionsOf({ entry, actor, subject, since, until }: AuditFilter): { where: string; params: SqlParams } {
  const params: SqlParams = {};
  let where = '';
  for (const [condition, name, value] of [
    ['entry = @entry', 'entry', entry],
    ['actor = @actor', 'actor', actor],
    ['subject = @subject', 'subject', subject],
    ['at >= @since', 'since', since],
    ['at < @until', 'until', until],
  ] as const) {
    if (value === undefined) continue;
    where += ` AND ${condition}`;
    params[name] = value;
  }
  return { where, params };
}

/** The spans, the oldest first, without overlap. A subject has an index of its own, so it needs no spans. */
function spansOf(sql: Sql, { entry, actor, subject, since, until }: AuditFilter): Span[] {
  if (
    subject !== undefined ||
    (entry === undefined && actor === undefined && since === undefined && until === undefined)
  )
    return [{ first: 0, last: Number.MAX_SAFE_INTEGER }];
  const where: string[] = [];
  const params: SqlParams = {};
  for (const [condition, name, value] of [
    ['entry = @entry', 'entry', entry],
    ['actor = @actor', 'actor', actor],
    ['day >= @since', 'since', since?.slice(0, 10)],
    ['day <= @until', 'until', until?.slice(0, 10)],
  ] as const) {
    if (value === undefined) continue;
    where.push(condition);
    params[name] = value;
  }
  const days = sql.all<Span>(
    `SELECT min(firstSeq) AS first, max(lastSeq) AS last FROM auditDays WHERE ${where.join(' AND ')} GROUP BY day ORDER BY 1`,
    params,
  );
  const spans: Span[] = [];
  for (const day of days) {
    const before = spans.at(-1);
    if (before && day.first <= before.last) before.last = Math.max(before.last, day.last);
    else spans.push({ ...day });
  }
  return spans;
}

/** What lies behind the cursor. */
function cut(spans: Span[], after: ListCursor | undefined, descending: boolean): Span[] {
  if (!after) return spans;
  return spans.flatMap(({ first, last }) => {
    const left = descending
      ? { first, last: Math.min(last, after.tie - 1) }
      : { first: Math.max(first, after.tie + 1), last };
    return left.first <= left.last ? [left] : [];
  });
}
