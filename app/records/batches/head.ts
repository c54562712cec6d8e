/** What every call about a batch asks of it first. */
import type { BatchState, BatchWay } from '../../contract/batches.ts';
import { StationError } from '../../contract/errors.ts';
import type { Sql } from '../sql.ts';

/** The last attempt of the unit. Entries that belong to no attempt are filed under it. */
export const attemptsOf = (sql: Sql, unitSerial: string): number =>
  sql.get<{ attempts: number }>('SELECT attempts FROM journalIndex WHERE unitSerial = @unitSerial', { unitSerial })!
    .attempts;

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
    'SELECT state, way FROM batches WHERE batchId = @batchId',
    { batchId },
  );
  if (!batch) throw new StationError('batch.notFound', `there is no batch ${batchId}`, { data: { batchId } });
  return batch;
};

/** The error `batch.badState` about this batch. */
export const badState = (batchId: string, detail: string): StationError =>
  new StationError('batch.badState', `batch ${batchId} ${detail}`, { data: { batchId } });
