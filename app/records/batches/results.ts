/** What became of a batch's members, and the batch as it is shown. */
import { StationError, type WireError } from '../../contract/errors.ts';
import type { BatchMember, BatchRow } from '../../contract/model.ts';
import type { LoadedBatch, MemberResult } from '../ledger.ts';
import type { MemberState } from '../shapes.ts';
import type { Sql } from '../sql.ts';
import { append } from '../units/journal.ts';
import { attemptsOf, badState, stateOfBatch, thingName } from './batches.ts';

export type ResultsParams = { batchId: string; results: readonly MemberResult[]; actor: string; at: string };

const unitStateOf = { registered: 'registered', rejected: 'rejected', unaccounted: undefined } as const;

/** One chunk of results; a line that has the same result already is left alone, so that reconciling may be repeated. */
export function recordResults(sql: Sql, { batchId, results, actor, at }: ResultsParams): void {
  const batch = stateOfBatch(sql, batchId);
  if (batch !== 'running' && batch !== 'reconciling') throw badState(batchId, `is ${batch}; it takes no results`);
  for (const { line, state, thingName, reason } of results) {
    const member = sql.get<BatchMember & { inForce: number }>(
      `SELECT m.unitSerial, m.state, m.thingName, m.reason, c.state = 'issued' AS inForce
       FROM members m JOIN certificates c USING (certificateId) WHERE m.batchId = @batchId AND m.line = @line`,
      { batchId, line },
    );
    if (!member)
      throw new StationError('cloud.badAnswer', `batch ${batchId} has no line ${line}`, { data: { batchId, line } });
    const result = { state, thingName: thingName ?? null, reason: reason ?? null };
    if (member.state === state && member.thingName === result.thingName && member.reason === result.reason) continue;
    sql.run(
      'UPDATE members SET state = @state, thingName = @thingName, reason = @reason WHERE batchId = @batchId AND line = @line',
      { batchId, line, ...result },
    );
    const { unitSerial, inForce } = member;
    append(sql, {
      unitSerial,
      at,
      attempt: attemptsOf(sql, unitSerial),
      entry: 'registration.done',
      actor,
      data: { batchId, line, ...result },
      // A unit that was reworked since is where its new certificate is, whatever AWS says of the old one.
      state: inForce === 1 ? unitStateOf[state] : undefined,
    });
  }
}

type Row = Omit<BatchRow, 'error'> & { error: string | null };

const selectBatches = `
  SELECT b.batchId, b.state, b.digest, b.createdAt, b.createdBy, b.taskId, b.error, count(*) AS count,
    count(*) FILTER (WHERE m.state = 'registered') AS registered,
    count(*) FILTER (WHERE m.state = 'rejected') AS rejected,
    count(*) FILTER (WHERE m.state = 'unaccounted') AS unaccounted
  FROM batches b JOIN members m USING (batchId)`;

const withError = <R extends { error: string | null }>(row: R): Omit<R, 'error'> & { error: WireError | null } => ({
  ...row,
  error: row.error === null ? null : (JSON.parse(row.error) as WireError),
});

export const listBatches = (sql: Sql, _: object): BatchRow[] =>
  sql.all<Row>(`${selectBatches} GROUP BY b.batchId ORDER BY b.createdAt DESC, b.batchId DESC`).map(withError);

export function batchRowOf(sql: Sql, batchId: string): BatchRow {
  stateOfBatch(sql, batchId);
  return withError(sql.get<Row>(`${selectBatches} WHERE b.batchId = @batchId GROUP BY b.batchId`, { batchId })!);
}

export type MembersPage = { batchId: string; state?: MemberState | undefined; offset: number; limit: number };

export function showBatch(sql: Sql, page: MembersPage): BatchRow & { total: number; members: BatchMember[] } {
  const { batchId, offset, limit } = page;
  const where = 'WHERE batchId = @batchId AND (@state IS NULL OR state = @state)';
  const params = { batchId, state: page.state ?? null };
  return {
    ...batchRowOf(sql, batchId),
    total: sql.get<{ total: number }>(`SELECT count(*) AS total FROM members ${where}`, params)?.total ?? 0,
    members: sql.all<BatchMember>(
      `SELECT line, unitSerial, certificateId, state, thingName, reason FROM members ${where}
       ORDER BY line LIMIT @limit OFFSET @offset`,
      { ...params, offset, limit },
    ),
  };
}

type LoadedRow = Omit<LoadedBatch, 'error' | 'details' | 'members'> & { error: string | null; details: string | null };

export function loadBatch(sql: Sql, { batchId }: { batchId: string }): LoadedBatch {
  stateOfBatch(sql, batchId);
  const batch = sql.get<LoadedRow>(
    `SELECT batchId, state, digest, objectKey, bucket, region, taskId, details, error, createdAt, createdBy
     FROM batches WHERE batchId = @batchId`,
    { batchId },
  )!;
  const members = sql.all<LoadedBatch['members'][number]>(
    `SELECT m.line, m.unitSerial, m.certificateId, c.der AS certificateDer, c.orderId, c.issuerId, ${thingName} AS thingName, m.state
     FROM members m JOIN certificates c USING (certificateId) WHERE m.batchId = @batchId ORDER BY m.line`,
    { batchId },
  );
  const details = JSON.parse(batch.details ?? '{}') as Record<string, unknown>;
  return { ...withError(batch), details, members };
}
