/** Units registered together: who may be in a batch, and the states it goes through. */
import { StationError } from '../../contract/errors.ts';
import type { BatchState } from '../../contract/model.ts';
import { audit } from '../audit/audit.ts';
import { caRevoked, underRevokedCa } from '../authorities/revocations.ts';
import type { BatchCandidate, BatchProgressData } from '../ledger.ts';
import { bit, type Sql } from '../sql.ts';
import { assertNotScrapped } from '../units/scrapped.ts';
import { assertCurrent } from './outdated.ts';

/** Passed (or rejected earlier), with a certificate that is in no live batch and whose CA stands. */
const readyOf = (units: string) => `
  FROM ${units}
  JOIN certificates c ON c.unitSerial = j.unitSerial AND c.purpose = 'device' AND c.state = 'issued'
  WHERE j.state IN ('passed', 'rejected') AND NOT ${underRevokedCa('c')}
    AND NOT EXISTS (SELECT 1 FROM members m WHERE m.certificateId = c.certificateId AND m.live = 1)`;
const ready = readyOf('journalIndex j');

/** What the device with this certificate was told it is called; the unit serial where it was told nothing. */
export const thingName = `coalesce((SELECT json_extract(t.data, '$.thingName') FROM journal t
  WHERE t.unitSerial = c.unitSerial AND t.entry = 'step.done' AND t.step = 'install'
    AND json_extract(t.data, '$.certificateId') = c.certificateId ORDER BY t.position DESC LIMIT 1), c.unitSerial)`;

export const readyUnits = (sql: Sql, _: object): number =>
  sql.get<{ count: number }>(`SELECT count(*) AS count ${ready}`)?.count ?? 0;

export type CandidateParams = { unitSerials?: string[] | undefined; orderId?: string | undefined };

export function batchCandidates(sql: Sql, { unitSerials, orderId }: CandidateParams): BatchCandidate[] {
  const found = sql.all<BatchCandidate>(
    `SELECT j.unitSerial, c.certificateId, c.der AS certificateDer, c.orderId, c.issuerId, ${thingName} AS thingName ${ready}
       AND (@orderId IS NULL OR c.orderId = @orderId)
       AND (@unitSerials IS NULL OR j.unitSerial IN (SELECT value FROM json_each(@unitSerials)))
     ORDER BY j.entryId`,
    { orderId: orderId ?? null, unitSerials: unitSerials ? JSON.stringify(unitSerials) : null },
  );
  if (unitSerials) assertAllFound(sql, unitSerials, found);
  return found;
}

function assertAllFound(sql: Sql, asked: string[], found: BatchCandidate[]): void {
  const ready = new Set(found.map((candidate) => candidate.unitSerial));
  const unitSerial = asked.find((serial) => !ready.has(serial));
  if (unitSerial === undefined) return;
  const known = sql.get('SELECT 1 FROM units WHERE unitSerial = @unitSerial', { unitSerial });
  if (!known) throw new StationError('unit.notFound', `there is no unit ${unitSerial}`, { data: { unitSerial } });
  assertNotScrapped(sql, unitSerial);
  const revoked = sql.get<{ issuerId: string }>(
    `SELECT c.issuerId FROM certificates c WHERE c.unitSerial = @unitSerial AND c.state = 'issued' AND ${underRevokedCa('c')}`,
    { unitSerial },
  );
  if (revoked) throw caRevoked(revoked.issuerId);
  throw new StationError('call.badParams', `${unitSerial} has not passed, or is in a batch`, { data: { unitSerial } });
}

export type NewBatch = {
  batchId: string;
  digest: string;
  objectKey: string;
  members: { line: number; unitSerial: string; certificateId: string }[];
  actor: string;
  at: string;
};

export function recordBatch(sql: Sql, { members, actor, at, ...batch }: NewBatch): void {
  const { batchId } = batch;
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
  const data = { count: members.length, digest: batch.digest, objectKey: batch.objectKey };
  audit(sql, { at, entry: 'batch.made', actor, subject: batchId, data });
}

/** One statement for all members: a large batch holds the writer up, and a statement for each would do so for longer. */
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

/** `batch.member` in the journal of each, filed under the last attempt. */
function journalMembers(sql: Sql, batch: { batchId: string; actor: string; at: string }): void {
  sql.run(
    `INSERT INTO journal (unitSerial, position, at, attempt, entry, actor, data)
     SELECT m.unitSerial, (SELECT max(position) + 1 FROM journal p WHERE p.unitSerial = m.unitSerial), @at, j.attempts,
       'batch.member', @actor, json_object('batchId', m.batchId, 'line', m.line)
     FROM members m JOIN journalIndex j USING (unitSerial) WHERE m.batchId = @batchId ORDER BY m.line`,
    batch,
  );
}

/** The attempt an entry that belongs to none is filed under: the last one. */
export const attemptsOf = (sql: Sql, unitSerial: string): number =>
  sql.get<{ attempts: number }>('SELECT attempts FROM journalIndex WHERE unitSerial = @unitSerial', { unitSerial })
    ?.attempts ?? 0;

const road: readonly BatchState[] = ['made', 'uploading', 'uploaded', 'starting', 'running', 'reconciling', 'done'];

/** Whether a batch may go from one state to the other; see `BatchLedger.advanceBatch`. */
export function mayAdvance(from: BatchState, to: BatchState): boolean {
  if (from === to) return from !== 'done';
  // AWS had no room for the task after all.
  if (from === 'starting' && to === 'uploaded') return true;
  if (from === 'failed' || from === 'stopped') return to === 'uploading';
  if (from === 'done') return false;
  if (to === 'failed' || to === 'stopped') return true;
  return road.indexOf(to) === road.indexOf(from) + 1;
}

export const stateOfBatch = (sql: Sql, batchId: string): BatchState => {
  const batch = sql.get<{ state: BatchState }>('SELECT state FROM batches WHERE batchId = @batchId', { batchId });
  if (!batch) throw new StationError('batch.notFound', `there is no batch ${batchId}`, { data: { batchId } });
  return batch.state;
};

export const badState = (batchId: string, detail: string): StationError =>
  new StationError('batch.badState', `batch ${batchId} ${detail}`, { data: { batchId } });

export type AdvanceParams = { batchId: string; state: BatchState; data?: BatchProgressData; actor: string; at: string };

export function advanceBatch(sql: Sql, { batchId, state, data = {}, actor, at }: AdvanceParams): void {
  const from = stateOfBatch(sql, batchId);
  if (!mayAdvance(from, state)) throw badState(batchId, `is ${from}; it cannot become ${state}`);
  if (from !== state && (state === 'uploading' || state === 'starting')) assertCurrent(sql, batchId);
  const again = state === 'uploading' && from !== 'uploading';
  if (again) restart(sql, batchId);
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
}

/** A batch that is submitted again forgets the task and the error of the last time; what is registered stays so. */
function restart(sql: Sql, batchId: string): void {
  sql.run('UPDATE batches SET taskId = NULL, details = NULL, error = NULL WHERE batchId = @batchId', { batchId });
  sql.run(`UPDATE members SET state = 'waiting', reason = NULL WHERE batchId = @batchId AND state <> 'registered'`, {
    batchId,
  });
}

/** Members that got no thing may join another batch. */
function finish(sql: Sql, batchId: string): void {
  const waiting = sql.get(`SELECT 1 FROM members WHERE batchId = @batchId AND state = 'waiting' LIMIT 1`, { batchId });
  if (waiting) throw badState(batchId, 'has members without a result');
  sql.run(`UPDATE members SET live = @live WHERE batchId = @batchId AND state IN ('rejected', 'unaccounted')`, {
    batchId,
    live: bit(false),
  });
}
