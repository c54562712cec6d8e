/**
 * Revoking a certificate, which is final; putting back a certificate that was only queued; the queue of revocations for
 * AWS.
 */
import { StationError } from '../../contract/errors.ts';
import type { RevocationReason } from '../../contract/model.ts';
import { audit } from '../audit/audit.ts';
import { read, write } from '../call.ts';
import type { Sql } from '../sql.ts';
import { append, journalOf, positionOf } from '../units/journal.ts';

type Row = {
  serialHex: string;
  state: 'reserved' | 'issued' | 'void' | 'revocationQueued' | 'superseded';
  unitSerial: string | null;
  attempt: number;
  revoked: number;
};

/**
 * The certificate's row, if it may be revoked.
 *
 * @throws as `revokeCertificate`
 */
function revocable(sql: Sql, serialHex: string): Row {
  const row = sql.get<Row>(
    `SELECT c.serialHex, c.state, c.unitSerial, c.attempt, r.serialHex IS NOT NULL AS revoked
     FROM certificates c LEFT JOIN revocations r USING (serialHex) WHERE c.serialHex = @serialHex`,
    { serialHex },
  );
  const refuse = (code: 'certificate.notFound' | 'certificate.notIssued' | 'certificate.revoked', why: string) =>
    new StationError(code, `certificate serial ${serialHex} ${why}`, { data: { serialHex } });
  if (!row) throw refuse('certificate.notFound', 'is not on record');
  if (row.revoked) throw refuse('certificate.revoked', 'is revoked already');
  if (row.state === 'reserved' || row.state === 'void') throw refuse('certificate.notIssued', 'was never issued');
  const { unitSerial } = row;
  if (unitSerial !== null && positionOf(journalOf(sql, unitSerial)).open) {
    throw new StationError('unit.inProgress', `${unitSerial} is being worked on`, { data: { unitSerial } });
  }
  return row;
}

export type RevokeParams = { serialHex: string; reason: RevocationReason; note: string; actor: string };

/**
 * Revokes a certificate. One commit holds the revocation, its place in AWS's queue, the unit's journal and audit
 * `certificate.revoked`. If the certificate was in use, its unit may be worked on again, and the old chain stays on
 * record.
 *
 * @throws certificate.notFound
 * @throws certificate.notIssued – no certificate was signed under this serial
 * @throws certificate.revoked – it was revoked before
 * @throws unit.inProgress
 */
export const revokeCertificate = write((sql, { serialHex, reason, note, actor }: RevokeParams, at): void => {
  const { state, unitSerial, attempt } = revocable(sql, serialHex);
  if (state === 'issued') {
    const next = reason === 'superseded' ? 'superseded' : 'revocationQueued';
    sql.run('UPDATE certificates SET state = @next, reason = @note WHERE serialHex = @serialHex', {
      next,
      note,
      serialHex,
    });
  }
  sql.run(
    `INSERT INTO revocations (serialHex, reason, note, actor, revokedAt) VALUES (@serialHex, @reason, @note, @actor, @at)`,
    { serialHex, reason, note, actor, at },
  );
  sql.run(`INSERT INTO cloudRevocations (serialHex, state) VALUES (@serialHex, 'waiting')`, { serialHex });
  const data = { serialHex, reason, note };
  if (unitSerial !== null) append(sql, { unitSerial, at, attempt, entry: 'certificate.revoked', actor, data });
  audit(sql, {
    at,
    entry: 'certificate.revoked',
    actor,
    subject: serialHex,
    data: { reason, note, unitSerial: unitSerial ?? '' },
  });
});

type PutBack = { serialHex: string; note: string; actor: string };

/**
 * Returns a certificate from the revocation queue to `issued`. Journal, audit `revocation.withdrawn`.
 *
 * @throws certificate.notFound, certificate.notIssued, certificate.revoked, unit.inProgress – as `revokeCertificate`
 * @throws records.conflict – it is not queued, or its unit has another certificate or was reworked since
 */
export const putBackCertificate = write((sql, { serialHex, note, actor }: PutBack, at): void => {
  const { state, unitSerial, attempt } = revocable(sql, serialHex);
  if (state !== 'revocationQueued') {
    throw new StationError('records.conflict', `certificate serial ${serialHex} is not queued for revocation`, {
      data: { serialHex },
    });
  }
  const reworked = sql.get(
    `SELECT 1 FROM certificates o JOIN certificates c USING (unitSerial)
     WHERE c.serialHex = @serialHex AND o.state = 'superseded' AND o.reservedAt >= c.reservedAt`,
    { serialHex },
  );
  if (reworked) {
    throw new StationError('records.conflict', `the unit of ${serialHex} was reworked since`, { data: { serialHex } });
  }
  // An index allows one live certificate for each unit. It throws `records.conflict`.
  sql.run(`UPDATE certificates SET state = 'issued', reason = NULL WHERE serialHex = @serialHex`, { serialHex });
  const data = { serialHex, note };
  if (unitSerial !== null) append(sql, { unitSerial, at, attempt, entry: 'revocation.withdrawn', actor, data });
  audit(sql, {
    at,
    entry: 'revocation.withdrawn',
    actor,
    subject: serialHex,
    data: { note, unitSerial: unitSerial ?? '' },
  });
});

/** SQL: whether a certificate for the key `@spkiSha256` was revoked because the key is no longer secret. */
export const isCompromised = `EXISTS (SELECT 1 FROM certificates c JOIN revocations r USING (serialHex)
  WHERE c.spkiSha256 = @spkiSha256 AND r.reason = 'keyCompromise')`;

export type CloudRevocation = {
  serialHex: string;
  certificateId: string;
  /** The targets where a batch may have brought it, or whose AWS issued it; none for one that is in no account. */
  targets: string[];
};

/** Revocations that AWS does not know yet: at most `limit`, the oldest first. */
export const cloudRevocations = read((sql, limit: number): CloudRevocation[] =>
  sql
    .all<Omit<CloudRevocation, 'targets'> & { targets: string }>(
      `SELECT q.serialHex, c.certificateId,
         (SELECT json_group_array(target) FROM (SELECT m.target FROM members m WHERE m.unitSerial = c.unitSerial AND m.certificateId = c.certificateId
           UNION SELECT c.awsTarget WHERE c.awsTarget IS NOT NULL)) AS targets
       FROM cloudRevocations q JOIN revocations r USING (serialHex) JOIN certificates c USING (serialHex)
       WHERE q.state = 'waiting' ORDER BY r.revokedAt, q.serialHex LIMIT @limit`,
      { limit },
    )
    .map((row) => ({ ...row, targets: JSON.parse(row.targets) as string[] })),
);

/**
 * A running batch may still bring the certificate to AWS. Until it ends, the answer "AWS does not know it" settles
 * nothing.
 */
const mayComeToAws = `SELECT 1 FROM certificates c JOIN members m USING (unitSerial, certificateId) JOIN batches b USING (batchId)
  WHERE c.serialHex = @serialHex AND b.state <> 'done' AND m.live = 1 AND (b.way = 'bulk' OR m.state = 'waiting')`;

type CloudAnswer = {
  serialHex: string;
  state: 'revoked' | 'unknown';
  /** Some target did not know it. */
  isPart?: boolean;
};

/**
 * Records AWS's answer. Audit `cloud.certificateRevoked`. Returns `false` when a batch may still bring the certificate
 * to AWS; then AWS must be asked again.
 *
 * @throws records.conflict – AWS's answer is on record already
 */
export const recordCloudRevocation = write((sql, { serialHex, state, isPart = false }: CloudAnswer, at): boolean => {
  if ((state === 'unknown' || isPart) && sql.get(mayComeToAws, { serialHex })) return false;
  const { changes } = sql.run(
    `UPDATE cloudRevocations SET state = @state, settledAt = @at WHERE serialHex = @serialHex AND state = 'waiting'`,
    { serialHex, state, at },
  );
  if (changes !== 1) {
    throw new StationError('records.conflict', `AWS was told of ${serialHex} already`, { data: { serialHex } });
  }
  audit(sql, { at, entry: 'cloud.certificateRevoked', actor: 'station', subject: serialHex, data: { state } });
  return true;
});
