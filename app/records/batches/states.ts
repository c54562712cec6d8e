/** The states of a batch. */
import { type BatchState, type BatchTemplate, batchStates, mayBecome } from '../../contract/batches.ts';
import type { WireError } from '../../contract/errors.ts';
import { audit } from '../audit/audit.ts';
import { write } from '../call.ts';
import { bit, type Sql } from '../sql.ts';
import { badState, waitingOf, wayOfBatch } from './head.ts';
import { assertCurrent } from './outdated.ts';

/** Data that `advanceBatch` records with a state. Absent fields stay as they were. */
export type BatchProgressData = {
  objectKey?: string;
  bucket?: string;
  region?: string;
  taskId?: string;
  /** Facts that the submission needs after a restart. They are merged with the earlier ones. */
  details?: Record<string, unknown>;
  /** The error of this state. The next state removes it. */
  error?: WireError;
  /** The template that it uses from now on. */
  template?: BatchTemplate | null;
};

type Advance = { batchId: string; state: BatchState; data?: BatchProgressData; actor?: string };

/**
 * Moves a batch to its next state, by the contract's table `batchStates`. A state may be recorded again with more data.
 * Audit `batch.advanced`.
 *
 * @throws batch.notFound
 * @throws batch.badState – the table does not allow it, or the batch is to be done and a member has no result
 * @throws batch.outdated – on its way to AWS a member's certificate is out of use
 */
export const advanceBatch = write((sql, { batchId, state, data = {}, actor = 'station' }: Advance, at): void => {
  const { state: from, way } = wayOfBatch(sql, batchId);
  if (!mayBecome(from, state, way)) throw badState(batchId, `is ${from}; it cannot become ${state}`);
  const { needs } = batchStates[state];
  if (from !== state && needs === 'certificatesInUse') assertCurrent(sql, batchId);
  if (needs === 'everyResult') assertResults(sql, batchId);
  if (state === (way === 'bulk' ? 'uploading' : 'running') && from !== state) restart(sql, batchId);
  if (state === 'done') finish(sql, batchId);
  sql.run(
    `UPDATE batches SET state = @state, objectKey = coalesce(@objectKey, objectKey), bucket = coalesce(@bucket, bucket),
       region = coalesce(@region, region), taskId = coalesce(@taskId, taskId), details = json_patch(coalesce(details, '{}'), coalesce(@details, '{}')),
       template = iif(@template IS NULL, template, nullif(@template, 'null')),
       error = CASE WHEN state = @state THEN coalesce(@error, error) ELSE @error END
     WHERE batchId = @batchId`,
    {
      batchId,
      state,
      objectKey: data.objectKey ?? null,
      bucket: data.bucket ?? null,
      region: data.region ?? null,
      taskId: data.taskId ?? null,
      details: data.details ? JSON.stringify(data.details) : null,
      template: data.template === undefined ? null : JSON.stringify(data.template),
      error: data.error ? JSON.stringify(data.error) : null,
    },
  );
  audit(sql, { at, entry: 'batch.advanced', actor, subject: batchId, data: { from, to: state, ...data } });
});

/**
 * A batch that is submitted again loses the task and the error of the last submission. Registered members stay
 * registered. Those that wait already are not written: in a first submission they may be a million, and the line's writes
 * would wait for all of them.
 */
function restart(sql: Sql, batchId: string): void {
  sql.run('UPDATE batches SET taskId = NULL, details = NULL, error = NULL WHERE batchId = @batchId', { batchId });
  sql.run(
    `UPDATE members INDEXED BY membersRefused SET state = 'waiting', reason = NULL
     WHERE batchId = @batchId AND state IN ('rejected', 'unaccounted') AND live = 1`,
    { batchId },
  );
}

function assertResults(sql: Sql, batchId: string): void {
  const waiting = sql.get(`SELECT 1 FROM batches b WHERE batchId = @batchId AND ${waitingOf('b')} > 0`, { batchId });
  if (waiting) throw badState(batchId, 'has members without a result');
}

/** Members without a thing may join another batch. */
function finish(sql: Sql, batchId: string): void {
  sql.run(`UPDATE members SET live = @live WHERE batchId = @batchId AND state IN ('rejected', 'unaccounted')`, {
    batchId,
    live: bit(false),
  });
}
