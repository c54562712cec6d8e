/** Units that are registered together: which units may join a batch, and the states of a batch. */
import { type BatchState, batchStates, mayBecome } from '../../contract/batches.ts';
import { StationError, type WireError } from '../../contract/errors.ts';
import type { BatchRow } from '../../contract/model.ts';
import { audit } from '../audit/audit.ts';
import { revokedError, underRevoked } from '../authorities/revocations.ts';
import { read, write } from '../call.ts';
import { journalNames } from '../entrynames.ts';
import { bit, type Sql } from '../sql.ts';
import { assertNotScrapped } from '../units/scrapped.ts';
import { assertCurrent } from './outdated.ts';

/** A passed unit with the certificate to register. */
export type BatchCandidate = {
  unitSerial: string;
  /** SHA-256 of the certificate's DER, lower-case hex. */
  certificateId: string;
  orderId: string;
  /** The CA that signed the certificate. */
  issuerId: string;
  /** The thing name that the device was told. */
  thingName: string;
};

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
};

/**
 * Units that passed (or were rejected earlier) and whose certificate is in no live batch and under a CA that is not
 * revoked.
 */
const readyOf = (units: string) => `
  FROM ${units}
  JOIN certificates c ON c.unitSerial = j.unitSerial AND c.state = 'issued'
  WHERE j.state IN ('passed', 'rejected') AND NOT ${underRevoked('c')}
    AND NOT EXISTS (SELECT 1 FROM members m WHERE m.certificateId = c.certificateId AND m.live = 1)`;
const ready = readyOf('journalIndex j');

/** The thing name that the device with this certificate was told; the unit serial if it was told none. */
export const thingName = `coalesce((SELECT json_extract(t.data, '$.thingName') FROM journal t
  WHERE t.unitSerial = c.unitSerial AND t.entry = ${journalNames('step.done')} AND t.step = 'install'
    AND json_extract(t.data, '$.certificateId') = c.certificateId ORDER BY t.position DESC LIMIT 1), c.unitSerial)`;

/**
 * The number of passed units that are in no live batch. It includes units that a finished batch left rejected or
 * unaccounted.
 */
export const readyUnits = read((sql): number => sql.get<{ count: number }>(`SELECT count(*) AS count ${ready}`)!.count);

type Candidates = { unitSerials?: string[] | undefined; orderId?: string | undefined };

/**
 * The units that are ready, the oldest pass first. `unitSerials` or `orderId` narrows them.
 *
 * @throws unit.notFound – a named unit does not exist
 * @throws unit.scrapped, ca.revoked – why a named unit is not ready
 * @throws call.badParams – a named unit has not passed, or is in a batch
 */
export const batchCandidates = read((sql, { unitSerials, orderId }: Candidates): BatchCandidate[] => {
  const found = sql.all<BatchCandidate>(
    `SELECT j.unitSerial, c.certificateId, c.orderId, c.issuerId, ${thingName} AS thingName ${ready}
       AND (@orderId IS NULL OR c.orderId = @orderId)
       AND (@unitSerials IS NULL OR j.unitSerial IN (SELECT value FROM json_each(@unitSerials)))
     ORDER BY j.entryId`,
    { orderId: orderId ?? null, unitSerials: unitSerials ? JSON.stringify(unitSerials) : null },
  );
  if (unitSerials) assertAllFound(sql, unitSerials, found);
  return found;
});

function assertAllFound(sql: Sql, asked: string[], found: BatchCandidate[]): void {
  const ready = new Set(found.map((candidate) => candidate.unitSerial));
  const unitSerial = asked.find((serial) => !ready.has(serial));
  if (unitSerial === undefined) return;
  const known = sql.get('SELECT 1 FROM units WHERE unitSerial = @unitSerial', { unitSerial });
  if (!known) throw new StationError('unit.notFound', `there is no unit ${unitSerial}`, { data: { unitSerial } });
  assertNotScrapped(sql, unitSerial);
  const revoked = sql.get<{ issuerId: string }>(
    `SELECT c.issuerId FROM certificates c WHERE c.unitSerial = @unitSerial AND c.state = 'issued' AND ${underRevoked('c')}`,
    { unitSerial },
  );
  if (revoked) throw revokedError(revoked.issuerId);
  throw new StationError('call.badParams', `${unitSerial} has not passed, or is in a batch`, { data: { unitSerial } });
}

export type NewBatch = {
  batchId: string;
  digest: string;
  objectKey: string;
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
  const { batchId, digest } = batch;
  if (members.length === 0) throw new StationError('batch.empty', 'no unit is ready to be registered');
  if (sql.get('SELECT 1 FROM batches WHERE batchId = @batchId', { batchId })) {
    throw new StationError('records.conflict', `batch ${batchId} is on record`, { data: { batchId } });
  }
  sql.run(
    `INSERT INTO batches (batchId, state, digest, objectKey, createdAt, createdBy)
     VALUES (@batchId, 'made', @digest, @objectKey, @at, @actor)`,
    { ...batch, at, actor },
  );
  addMembers(sql, batchId, members);
  journalMembers(sql, { batchId, actor, at });
  const data = { count: members.length, digest, objectKey: batch.objectKey };
  audit(sql, { at, entry: 'batch.made', actor, subject: batchId, data });
  const nothingYet = { taskId: null, registered: 0, rejected: 0, unaccounted: 0, error: null };
  return { batchId, state: 'made', count: members.length, digest, createdAt: at, createdBy: actor, ...nothingYet };
});

/** One statement adds all members. A statement for each of them would block the writer for longer. */
function addMembers(sql: Sql, batchId: string, members: NewBatch['members']): void {
  const { changes } = sql.run(
    `INSERT OR IGNORE INTO members (batchId, line, unitSerial, certificateId, state, live)
     SELECT @batchId, given.value ->> 'line', j.unitSerial, c.certificateId, 'waiting', 1
     ${readyOf("json_each(@members) given CROSS JOIN journalIndex j ON j.unitSerial = given.value ->> 'unitSerial'")}
       AND c.certificateId = given.value ->> 'certificateId'`,
    { batchId, members: JSON.stringify(members) },
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
function journalMembers(sql: Sql, batch: { batchId: string; actor: string; at: string }): void {
  sql.run(
    `INSERT INTO journal (unitSerial, position, at, attempt, entry, actor, data)
     SELECT m.unitSerial, (SELECT max(position) + 1 FROM journal p WHERE p.unitSerial = m.unitSerial), @at, j.attempts,
       ${journalNames('batch.member')}, @actor, json_object('batchId', m.batchId, 'line', m.line)
     FROM members m JOIN journalIndex j USING (unitSerial) WHERE m.batchId = @batchId ORDER BY m.line`,
    batch,
  );
}

/**
 * The batch's state.
 *
 * @throws batch.notFound
 */
export const stateOfBatch = (sql: Sql, batchId: string): BatchState => {
  const batch = sql.get<{ state: BatchState }>('SELECT state FROM batches WHERE batchId = @batchId', { batchId });
  if (!batch) throw new StationError('batch.notFound', `there is no batch ${batchId}`, { data: { batchId } });
  return batch.state;
};

/** The error `batch.badState` about this batch. */
export const badState = (batchId: string, detail: string): StationError =>
  new StationError('batch.badState', `batch ${batchId} ${detail}`, { data: { batchId } });

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
  const from = stateOfBatch(sql, batchId);
  if (!mayBecome(from, state)) throw badState(batchId, `is ${from}; it cannot become ${state}`);
  const { needs } = batchStates[state];
  if (from !== state && needs === 'certificatesInUse') assertCurrent(sql, batchId);
  if (needs === 'everyResult') assertResults(sql, batchId);
  if (state === 'uploading' && from !== 'uploading') restart(sql, batchId);
  if (state === 'done') finish(sql, batchId);
  sql.run(
    `UPDATE batches SET state = @state, objectKey = coalesce(@objectKey, objectKey), bucket = coalesce(@bucket, bucket),
       region = coalesce(@region, region), taskId = coalesce(@taskId, taskId), details = json_patch(coalesce(details, '{}'), coalesce(@details, '{}')),
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
      error: data.error ? JSON.stringify(data.error) : null,
    },
  );
  audit(sql, { at, entry: 'batch.advanced', actor, subject: batchId, data: { from, to: state, ...data } });
});

/**
 * A batch that is submitted again loses the task and the error of the last submission. Registered members stay
 * registered.
 */
function restart(sql: Sql, batchId: string): void {
  sql.run('UPDATE batches SET taskId = NULL, details = NULL, error = NULL WHERE batchId = @batchId', { batchId });
  sql.run(`UPDATE members SET state = 'waiting', reason = NULL WHERE batchId = @batchId AND state <> 'registered'`, {
    batchId,
  });
}

function assertResults(sql: Sql, batchId: string): void {
  const waiting = sql.get(`SELECT 1 FROM members WHERE batchId = @batchId AND state = 'waiting' LIMIT 1`, { batchId });
  if (waiting) throw badState(batchId, 'has members without a result');
}

/** Members without a thing may join another batch. */
function finish(sql: Sql, batchId: string): void {
  sql.run(`UPDATE members SET live = @live WHERE batchId = @batchId AND state IN ('rejected', 'unaccounted')`, {
    batchId,
    live: bit(false),
  });
}
