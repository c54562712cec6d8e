/** Units that are registered together, put on record. */
import type { BatchTemplate, BatchWay } from '../../contract/batches.ts';
import { StationError } from '../../contract/errors.ts';
import type { BatchRow } from '../../contract/model.ts';
import { firstTargetName } from '../../contract/targets.ts';
import { audit } from '../audit/audit.ts';
import { write } from '../call.ts';
import type { Sql } from '../sql.ts';
import { type Joiner, type Joining, joinMembers } from './membership.ts';

export type NewBatch = {
  batchId: string;
  /** The name of the target; the default is `main`. */
  target?: string | undefined;
  /** The default is `bulk`. */
  way?: BatchWay | undefined;
  /** SHA-256 of the batch's file and its key in the bucket. A way without a file has neither. */
  digest?: string | undefined;
  objectKey?: string | undefined;
  /** In the order of the lines of the batch's file. */
  members: readonly Joiner[];
  actor: string;
};

/**
 * Records a batch with its members in one commit, with `batch.member` in the story of each. Audit `batch.made`.
 *
 * @throws batch.empty
 * @throws call.badParams – a member is not a candidate
 * @throws records.conflict – the batch is on record
 */
export const recordBatch = write((sql, { members, actor, ...batch }: NewBatch, at): BatchRow => {
  const { batchId, digest, objectKey, target = firstTargetName, way = 'bulk' } = batch;
  if (members.length === 0) throw new StationError('batch.empty', 'no unit is ready to be registered');
  if (sql.get('SELECT 1 FROM batches WHERE batchId = @batchId', { batchId })) {
    throw new StationError('records.conflict', `batch ${batchId} is on record`, { data: { batchId } });
  }
  insertBatch(sql, { batchId, digest, objectKey, target, way, at, actor });
  addMembers(sql, { batchId, target, way, actor, at }, members);
  const count = members.length;
  const file = digest === undefined ? {} : { digest, objectKey };
  audit(sql, { at, entry: 'batch.made', actor, subject: batchId, data: { count, ...file, target, way } });
  const made = { batchId, state: 'made' as const, target, way, count, digest: digest ?? null };
  const nothingYet = {
    template: null,
    lineOrder: null,
    taskId: null,
    registered: 0,
    rejected: 0,
    unaccounted: 0,
    error: null,
  };
  return { ...made, createdAt: at, createdBy: actor, ...nothingYet };
});

/** The columns of the file are never empty. A batch without a file has these. */
const noFile = { digest: '0'.repeat(64), objectKey: '' };

type Inserted = { batchId: string; target: string; way: BatchWay; at: string; actor: string } & Pick<
  NewBatch,
  'digest' | 'objectKey'
> & { lineOrder?: string; template?: BatchTemplate | null };

/** Adds the batch's row, in state `made`. */
export function insertBatch(sql: Sql, { digest, objectKey, lineOrder, template, ...batch }: Inserted): void {
  sql.run(
    `INSERT INTO batches (batchId, state, target, way, template, lineOrder, digest, objectKey, createdAt, createdBy)
     VALUES (@batchId, 'made', @target, @way, @template, @lineOrder, @digest, @objectKey, @at, @actor)`,
    {
      ...batch,
      template: template ? JSON.stringify(template) : null,
      lineOrder: lineOrder ?? null,
      digest: digest ?? noFile.digest,
      objectKey: objectKey ?? noFile.objectKey,
    },
  );
}

/**
 * Adds members whose lines follow those on record, in their order.
 *
 * @throws call.badParams – a unit is not ready, or is named twice
 */
export function addMembers(sql: Sql, joining: Joining, members: readonly Joiner[]): void {
  const refuse = (unitSerial: string) =>
    new StationError('call.badParams', `${unitSerial} has not passed with that certificate, or is in a batch`, {
      data: { unitSerial },
    });
  const serials = new Set<string>();
  for (const { unitSerial } of members) {
    if (serials.has(unitSerial)) throw refuse(unitSerial);
    serials.add(unitSerial);
  }
  const joined = new Set(joinMembers(sql, joining, members).map(({ unitSerial }) => unitSerial));
  const left = members.find(({ unitSerial }) => !joined.has(unitSerial));
  if (left) throw refuse(left.unitSerial);
}
