/** Units that are registered together, put on record. */
import type { BatchTemplate, BatchWay } from '../../contract/batches.ts';
import { StationError } from '../../contract/errors.ts';
import type { BatchRow } from '../../contract/model.ts';
import { firstTargetName } from '../../contract/targets.ts';
import { audit } from '../audit/audit.ts';
import { write } from '../call.ts';
import { journalNames } from '../entrynames.ts';
import { bit, type Sql } from '../sql.ts';
import { readyOf } from './candidates.ts';

export type NewBatch = {
  batchId: string;
  /** The name of the target; the default is `main`. */
  target?: string | undefined;
  /** The default is `bulk`. */
  way?: BatchWay | undefined;
  /** SHA-256 of the batch's file and its key in the bucket. A way without a file has neither. */
  digest?: string | undefined;
  objectKey?: string | undefined;
  /** `line` counts from 1, as in the batch's file. */
  members: { line: number; unitSerial: string; certificateId: string }[];
  actor: string;
};

/**
 * Records a batch with its members in one commit. Each member gets `batch.member` in its journal. Audit `batch.made`.
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
  addMembers(sql, { batchId, target, way }, members);
  journalMembers(sql, { batchId, actor, at });
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

/** One statement adds all members. A statement for each of them would block the writer for longer. */
export function addMembers(
  sql: Sql,
  { way, ...batch }: { batchId: string; target: string; way: BatchWay },
  members: NewBatch['members'],
): void {
  const { batchId } = batch;
  const { changes } = sql.run(
    `INSERT OR IGNORE INTO members (batchId, target, line, unitSerial, certificateId, state, live)
     SELECT @batchId, @target, given.value ->> 'line', j.unitSerial, c.certificateId, 'waiting', 1
     ${readyOf("json_each(@members) given CROSS JOIN journalIndex j ON j.unitSerial = given.value ->> 'unitSerial'")}
       AND c.certificateId = given.value ->> 'certificateId'`,
    { ...batch, file: bit(way === 'bulk'), members: JSON.stringify(members) },
  );
  if (changes === members.length) return;
  const added = sql.all<{ line: number; unitSerial: string }>(
    'SELECT line, unitSerial FROM members WHERE batchId = @batchId',
    { batchId },
  );
  const unitOf = new Map(added.map(({ line, unitSerial }) => [line, unitSerial]));
  const unitSerial = members.find((member) => unitOf.get(member.line) !== member.unitSerial)?.unitSerial ?? '';
  throw new StationError('call.badParams', `${unitSerial} has not passed with that certificate, or is in a batch`, {
    data: { unitSerial },
  });
}

/** Adds `batch.member` to the journal of each member, under its last attempt. */
export function journalMembers(
  sql: Sql,
  batch: { batchId: string; actor: string; at: string /** Only those of later lines. */; after?: number },
): void {
  sql.run(
    `INSERT INTO journal (unitSerial, position, at, attempt, entry, actor, data)
     SELECT m.unitSerial, (SELECT max(position) + 1 FROM journal p WHERE p.unitSerial = m.unitSerial), @at, j.attempts,
       ${journalNames('batch.member')}, @actor, json_object('batchId', m.batchId, 'line', m.line)
     FROM members m JOIN journalIndex j USING (unitSerial) WHERE m.batchId = @batchId AND m.line > @after ORDER BY m.line`,
    { after: 0, ...batch },
  );
}
