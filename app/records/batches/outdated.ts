/** Batches that a revocation has overtaken. Their file holds a certificate that AWS must not get any more. */
import { batchStates } from '../../contract/batches.ts';
import { StationError } from '../../contract/errors.ts';
import { sentences } from '../../contract/sentences.ts';
import { audit } from '../audit/audit.ts';
import { underRevoked } from '../authorities/revocations.ts';
import { read, write } from '../call.ts';
import { journalNames } from '../entrynames.ts';
import type { Sql } from '../sql.ts';
import { ofMember, wayOfBatch } from './head.ts';

/** SQL: whether the CA of the member's certificate is revoked. */
export const ofRevokedCa = (member: string) =>
  `(SELECT ${underRevoked('c')} FROM certificates c WHERE ${ofMember(member)})`;
/** SQL: whether the member's certificate is out of use, for whatever reason. */
export const outOfUse = (member: string) =>
  `(SELECT c.state <> 'issued' OR ${underRevoked('c')} FROM certificates c WHERE ${ofMember(member)})`;

/** Why a member has no certificate in use. */
export const reasons = {
  own: sentences.certificateRevoked,
  ca: sentences.caRevoked,
} as const;

/**
 * The first unit whose certificate is out of use, or that left the batch. It looks from the few certificates that are out
 * of use, since a batch may have a million members, and the line's writes wait meanwhile. The planner is told so: by its
 * figures it would begin with the batch.
 */
const overtaken = (sql: Sql, batchId: string): string | undefined => {
  const certificates = `JOIN certificates c ON ${ofMember('m')}`;
  return sql.get<{ unitSerial: string }>(
    `SELECT m.unitSerial, m.line, 0 AS isFine FROM certificates c CROSS JOIN members m USING (unitSerial, certificateId)
       WHERE c.state <> 'issued' AND c.certificateId IS NOT NULL AND m.batchId = @batchId AND m.live = 1
     UNION ALL SELECT m.unitSerial, m.line, c.state = 'issued' AND NOT ${underRevoked('c')}
       FROM members m INDEXED BY membersGone ${certificates} WHERE m.batchId = @batchId AND m.live = 0
     UNION ALL SELECT m.unitSerial, m.line, 0 FROM members m ${certificates}
       WHERE EXISTS (SELECT 1 FROM caRevocations) AND m.batchId = @batchId AND m.live = 1 AND ${underRevoked('c')}
     ORDER BY isFine, line LIMIT 1`,
    { batchId },
  )?.unitSerial;
};

const outdated = (batchId: string, unitSerial: string): StationError =>
  new StationError('batch.outdated', `the certificate of ${unitSerial} is out of use since batch ${batchId} was made`, {
    data: { batchId, unitSerial },
  });

/**
 * Checks that the batch may go to AWS as it is.
 *
 * @throws batch.outdated – when it may not
 */
export function assertCurrent(sql: Sql, batchId: string): void {
  const unitSerial = overtaken(sql, batchId);
  if (unitSerial !== undefined) throw outdated(batchId, unitSerial);
}

const withdrawing = (sql: Sql, batchId: string): string | null => {
  const { way, state } = wayOfBatch(sql, batchId);
  return way === 'bulk' && batchStates[state].overtakable ? (overtaken(sql, batchId) ?? null) : null;
};

/** The unit because of which `failOutdated` would withdraw this batch; null when it would not. */
export const withdrawnFor = read((sql, { batchId }: { batchId: string }) => withdrawing(sql, batchId));

/**
 * Fails a batch that AWS does not have yet, if one of its certificates is out of use. Members with such a certificate
 * are rejected, and the others may join another batch. The batch's file and its digest stay as they were and are not
 * sent. A way without a file refuses such a member by itself. If a task already reads the file, its registered certificates are revoked at AWS from the queue. Audit
 * `batch.withdrawn`, and `batch.left` in the journals. Returns `false` when there is nothing to fail.
 *
 * @throws batch.notFound
 */
export const failOutdated = write((sql, { batchId, actor }: { batchId: string; actor: string }, at): boolean => {
  const batch = wayOfBatch(sql, batchId);
  const unitSerial = withdrawing(sql, batchId);
  if (unitSerial === null) return false;
  const letGo = leave(
    sql,
    batchId,
    'withdrawn: another unit of the batch has no certificate in use any more',
    actor,
    at,
  );
  const error = JSON.stringify(outdated(batchId, unitSerial).toJSON());
  const { changes } = sql.run(
    `UPDATE batches SET state = 'failed', error = @error WHERE batchId = @batchId AND (state <> 'failed' OR error IS NOT @error)`,
    { batchId, error },
  );
  if (changes > 0) {
    audit(sql, {
      at,
      entry: 'batch.withdrawn',
      actor,
      subject: batchId,
      data: { from: batch.state, unitSerial, letGo },
    });
  }
  return true;
});

/**
 * Members without a thing leave the batch, with `batch.left` in the journal of each.
 *
 * @returns how many
 */
function leave(sql: Sql, batchId: string, reason: string, actor: string, at: string): number {
  const { own, ca } = reasons;
  sql.run(
    `INSERT INTO journal (unitSerial, position, at, attempt, entry, actor, data)
     SELECT m.unitSerial, (SELECT max(position) + 1 FROM journal p WHERE p.unitSerial = m.unitSerial), @at, j.attempts,
       ${journalNames('batch.left')}, @actor, json_object('batchId', m.batchId, 'line', m.line,
         'reason', CASE WHEN ${ofRevokedCa('m')} THEN @ca WHEN ${outOfUse('m')} THEN @own ELSE @reason END)
     FROM members m JOIN journalIndex j USING (unitSerial)
     WHERE m.batchId = @batchId AND m.live = 1 AND m.state <> 'registered' ORDER BY m.line`,
    { batchId, actor, at, own, ca, reason },
  );
  return sql.run(
    `UPDATE members SET live = 0,
       state = CASE WHEN ${outOfUse('members')} OR state = 'rejected' THEN 'rejected' ELSE 'unaccounted' END,
       reason = CASE WHEN ${ofRevokedCa('members')} THEN @ca WHEN ${outOfUse('members')} THEN @own ELSE coalesce(reason, @reason) END
     WHERE batchId = @batchId AND live = 1 AND state <> 'registered'`,
    { batchId, own, ca, reason },
  ).changes;
}
