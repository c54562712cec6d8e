/** Revoked issuing CAs, and AWS's answers about them. The CRL of their root is made from these rows. */
import type { Agreement } from '../../contract/agreement.ts';
import type { CaRevocation, CaRevocationReason } from '../../contract/authority.ts';
import { StationError } from '../../contract/errors.ts';
import { audit } from '../audit/audit.ts';
import { read, write } from '../call.ts';
import type { Sql } from '../sql.ts';

export type RevokedAuthority = {
  issuerId: string;
  /** The root whose CRL lists the revocation. */
  parentId: string;
  /** The serial of the CA's certificate, lower-case hex. */
  serialHex: string;
  reason: CaRevocationReason;
  note: string;
  actor: string;
  agreement: Agreement;
};

/** The error `ca.revoked` about this CA. */
export const revokedError = (issuerId: string): StationError =>
  new StationError('ca.revoked', 'this CA is revoked: it issues nothing any more', { data: { issuerId } });

/** Whether this CA is revoked. */
export const isRevoked = (sql: Sql, issuerId: string): boolean =>
  sql.get('SELECT 1 FROM caRevocations WHERE issuerId = @issuerId', { issuerId }) !== undefined;

/** An SQL condition on a row of `certificates`: its CA is revoked. */
export const underRevoked = (certificate: string): string =>
  `EXISTS (SELECT 1 FROM caRevocations v WHERE v.issuerId = ${certificate}.issuerId)`;

/**
 * Revokes an issuing CA; nothing undoes it. One commit holds the revocation with the person who agreed, its place in
 * AWS's queue, and audit `issuer.revoked`. From then on nothing is reserved or recorded under this CA, no batch with
 * its certificates goes to AWS, and the root's CRL is due.
 *
 * @throws ca.notFound – no issuing CA of this root is on record
 * @throws ca.revoked – it was revoked before
 */
export const revokeAuthority = write((sql, { agreement, ...revocation }: RevokedAuthority, at): void => {
  const { issuerId, parentId, serialHex, reason, note, actor } = revocation;
  const kindOf = (id: string) =>
    sql.get<{ kind: string }>('SELECT kind FROM issuers WHERE issuerId = @id', { id })?.kind;
  if (kindOf(issuerId) !== 'issuing' || kindOf(parentId) !== 'root')
    throw new StationError('ca.notFound', `no issuing CA ${issuerId} of this root is on record`, {
      data: { issuerId },
    });
  if (isRevoked(sql, issuerId)) throw revokedError(issuerId);
  const agreedBy = 'agreedBy' in agreement ? agreement.agreedBy : null;
  sql.run(
    `INSERT INTO caRevocations (issuerId, parentId, serialHex, reason, note, actor, agreedBy, revokedAt)
     VALUES (@issuerId, @parentId, @serialHex, @reason, @note, @actor, @agreedBy, @at)`,
    { ...revocation, agreedBy, at },
  );
  sql.run(`INSERT INTO cloudCaRevocations (issuerId, state) VALUES (@issuerId, 'waiting')`, { issuerId });
  const data = { reason, note, parentId, serialHex, certificates: liveUnder(sql, issuerId), ...agreement };
  audit(sql, { at, entry: 'issuer.revoked', actor, subject: issuerId, data });
});

const liveUnder = (sql: Sql, issuerId: string): number =>
  sql.get<{ count: number }>(
    `SELECT count(*) AS count FROM certificates WHERE issuerId = @issuerId AND purpose = 'device' AND state = 'issued'`,
    { issuerId },
  )!.count;

export type AuthorityRevocation = CaRevocation & { issuerId: string; parentId: string };

/** All revoked CAs with AWS's answers, the oldest first. */
export const authorityRevocations = read((sql): AuthorityRevocation[] =>
  sql.all(
    `SELECT r.issuerId, r.parentId, r.reason, r.note, r.actor, r.agreedBy, r.revokedAt, q.state AS cloud
     FROM caRevocations r JOIN cloudCaRevocations q USING (issuerId) ORDER BY r.revokedAt, r.issuerId`,
  ),
);

type CloudAnswer = { issuerId: string; state: 'inactive' | 'unknown' };

/**
 * Records AWS's answer. Audit `cloud.caDeactivated`.
 *
 * @throws records.conflict – AWS's answer is on record already
 */
export const recordCloudAuthorityRevocation = write((sql, { issuerId, state }: CloudAnswer, at): void => {
  const { changes } = sql.run(
    `UPDATE cloudCaRevocations SET state = @state, settledAt = @at WHERE issuerId = @issuerId AND state = 'waiting'`,
    { issuerId, state, at },
  );
  if (changes !== 1) throw new StationError('records.conflict', `AWS was told of CA ${issuerId} already`);
  audit(sql, { at, entry: 'cloud.caDeactivated', actor: 'station', subject: issuerId, data: { state } });
});
