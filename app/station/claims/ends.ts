/** Ends claims: those of orders that have ended are retired, and AWS is told of those that it is to take no longer. */
import type { Ledger } from '../../records/index.ts';
import type { CloudLink } from '../cloud/cloudlink.ts';
import type { ClaimKeys } from './keys.ts';

type Tools = { ledger: Ledger; cloudLink: CloudLink; claimKeys: ClaimKeys; signal: AbortSignal };

/** A round. What could not be told is told by the next one. @throws from the round: cloud.… */
export function createClaimEnds({ ledger, cloudLink, claimKeys, signal }: Tools): () => Promise<void> {
  return async () => {
    for (const claimId of await ledger.retireEndedClaims()) claimKeys.forget(claimId);
    for (const { claimId, target, certificateId } of await ledger.claimsToRevoke()) {
      if (certificateId === null || !cloudLink.target(target)) continue;
      const known = await (await cloudLink.cloud(target)).revokeCertificate(certificateId, signal);
      await ledger.recordClaimRevoked({ claimId, state: known ? 'revoked' : 'unknown' });
    }
  };
}
