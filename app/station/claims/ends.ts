/** Ends claims: those of orders that have ended are retired, and AWS is told of those that it is to take no longer. */
import type { Ledger } from '../../records/index.ts';
import type { CloudLink } from '../cloud/cloudlink.ts';
import type { ClaimKeys } from './keys.ts';

type Tools = { ledger: Ledger; cloudLink: CloudLink; claimKeys: ClaimKeys; signal: AbortSignal; onEnded: () => void };

/** A round. What could not be told is told by the next one. @throws from the round: cloud.… */
export function createClaimEnds({ ledger, cloudLink, claimKeys, signal, onEnded }: Tools): () => Promise<void> {
  return async () => {
    const retired = await ledger.retireEndedClaims();
    for (const claimId of retired) claimKeys.forget(claimId);
    if (retired.length > 0) onEnded();
    for (const { claimId, target, certificateId } of await ledger.claimsToRevoke()) {
      if (certificateId === null || !cloudLink.target(target)) continue;
      const known = await (await cloudLink.cloud(target)).revokeCertificate(certificateId, signal);
      await ledger.recordClaimRevoked({ claimId, state: known ? 'revoked' : 'unknown' });
      onEnded();
    }
  };
}
