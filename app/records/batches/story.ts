/** What happened to a batch, from the audit log, and why units were refused. */
import type { BatchReason, BatchState, BatchStep } from '../../contract/batches.ts';
import { read } from '../call.ts';
import { auditNames } from '../entrynames.ts';
import { stateOfBatch } from './head.ts';

/**
 * The states of the batch with the time each began, oldest first. A state that was recorded again with more data is one
 * step.
 *
 * @throws batch.notFound
 */
export const batchSteps = read((sql, batchId: string): BatchStep[] => {
  stateOfBatch(sql, batchId);
  const rows = sql.all<{ at: string; actor: string; state: BatchState }>(
    `SELECT at, actor, CASE entry WHEN ${auditNames('batch.made')} THEN 'made' WHEN ${auditNames('batch.withdrawn')} THEN 'failed'
       ELSE json_extract(data, '$.to') END AS state
     FROM audit WHERE subject = @batchId AND entry IN (${auditNames('batch.made', 'batch.advanced', 'batch.withdrawn')})
     ORDER BY seq`,
    { batchId },
  );
  return rows.filter(({ state }, index) => state !== rows[index - 1]?.state);
});

const most = 50;

/**
 * The reasons for which units were refused, the most frequent first, at most fifty. What differs from unit to unit in
 * the same reason (its serial, thing and certificate) stands there as an ellipsis.
 *
 * @throws batch.notFound
 */
export const batchReasons = read((sql, batchId: string): BatchReason[] => {
  stateOfBatch(sql, batchId);
  const name = (column: string, text: string) => `iif(${column} IS NULL, ${text}, replace(${text}, ${column}, '…'))`;
  return sql.all<BatchReason>(
    `SELECT ${name('m.unitSerial', name('m.thingName', name('m.certificateId', 'm.reason')))} AS reason, m.state,
       count(*) AS count, min(m.unitSerial) AS example
     FROM members m WHERE m.batchId = @batchId AND m.state IN ('rejected', 'unaccounted') AND m.reason IS NOT NULL
     GROUP BY 1, 2 ORDER BY count DESC, reason LIMIT ${most}`,
    { batchId },
  );
});
