/** What every call about a batch asks of it first. */
import type { BatchState, BatchWay } from '../../contract/batches.ts';
import { StationError } from '../../contract/errors.ts';
import type { Sql } from '../sql.ts';

/** SQL for the state of a row of `batches`: what is on record as `made` may still get members. */
export const shownState = (batch: string): string =>
  `iif(${batch}.state = 'made' AND ${batch}.details ->> '$.making' IS NOT NULL, 'making', ${batch}.state)`;

/** SQL for the number of its members without a result. It is counted as results come, for there may be a million. */
export const waitingOf = (batch: string): string =>
  `(${batch}.members - ${batch}.registered - ${batch}.rejected - ${batch}.unaccounted)`;

/**
 * SQL: `c` is the certificate of this member. It is looked up by its unit, for units lie on record in the order of the
 * line, and ids anywhere. The `+` keeps SQLite from the index by id.
 */
export const ofMember = (member: string): string =>
  `c.unitSerial = ${member}.unitSerial AND +c.certificateId = ${member}.certificateId`;

/**
 * The batch's state.
 *
 * @throws batch.notFound
 */
export const stateOfBatch = (sql: Sql, batchId: string): BatchState => wayOfBatch(sql, batchId).state;

/**
 * The batch's state and way.
 *
 * @throws batch.notFound
 */
export const wayOfBatch = (sql: Sql, batchId: string): { state: BatchState; way: BatchWay } => {
  const batch = sql.get<{ state: BatchState; way: BatchWay }>(
    `SELECT ${shownState('b')} AS state, way FROM batches b WHERE batchId = @batchId`,
    { batchId },
  );
  if (!batch) throw new StationError('batch.notFound', `there is no batch ${batchId}`, { data: { batchId } });
  return batch;
};

/** The error `batch.badState` about this batch. */
export const badState = (batchId: string, detail: string): StationError =>
  new StationError('batch.badState', `batch ${batchId} ${detail}`, { data: { batchId } });
