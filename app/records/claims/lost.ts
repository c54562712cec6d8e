/** Claims for whose key AWS may have made a certificate that is not on record, because its answer was lost. */
import { audit } from '../audit/audit.ts';
import { read, write } from '../call.ts';

export type LostClaim = {
  claimId: number;
  target: string;
  spkiSha256: string;
  /** Its certificate on record. */
  certificateId: string | null;
  begunAt: string;
  /** When it was found that an answer did not come. */
  lostAt: string;
};

/** AWS is asked again for the certificate of a claim that was begun: an earlier answer may have been lost. */
export const loseClaimAnswer = write((sql, { claimId }: { claimId: number }, at): void => {
  sql.run(`UPDATE claims SET lostAt = @at WHERE claimId = @claimId AND state = 'begun'`, { claimId, at });
});

/** Those to be looked for. While a claim is still begun, its certificate may be on its way. */
export const lostClaims = read((sql): LostClaim[] =>
  sql.all(
    `SELECT claimId, target, spkiSha256, certificateId, begunAt, lostAt FROM claims
     WHERE lostAt IS NOT NULL AND state <> 'begun' ORDER BY claimId`,
  ),
);

type Orphan = { claimId: number; certificateId: string; target: string };

/** AWS revoked a certificate that it had made for the claim's key. Audit `claim.orphanRevoked`. */
export const recordClaimOrphan = write((sql, { claimId, ...data }: Orphan, at): void => {
  audit(sql, { at, entry: 'claim.orphanRevoked', actor: 'station', subject: String(claimId), data });
});

/** The account was looked through, long enough after the answer was lost. */
export const recordClaimSearched = write((sql, { claimId }: { claimId: number }): void => {
  sql.run('UPDATE claims SET lostAt = NULL WHERE claimId = @claimId', { claimId });
});
