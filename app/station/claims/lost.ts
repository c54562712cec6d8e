/** Certificates of claims whose answer was lost: they are looked for by the claim's key, and revoked. */
import { readAmazonCertificate } from '../../ca/index.ts';
import type { Clock } from '../../contract/clock.ts';
import type { Ledger } from '../../records/index.ts';
import type { CloudLink } from '../cloud/cloudlink.ts';

type Tools = { ledger: Ledger; clock: Pick<Clock, 'now'>; cloudLink: CloudLink; signal: AbortSignal };

/** How far the clocks of the PC and of AWS may differ. */
const skewMs = 15 * 60_000;
/** No call takes so long. What is not in the account by then was never made. */
const lateMs = 10 * 60_000;

/** A round. They can do nothing meanwhile: they are INACTIVE and have no policy. @throws from the round: cloud.… */
export function createClaimSearch({ ledger, clock, cloudLink, signal }: Tools): () => Promise<void> {
  return async () => {
    for (const { claimId, target, spkiSha256, certificateId: own, begunAt, lostAt } of await ledger.lostClaims()) {
      if (!cloudLink.target(target)) continue;
      const began = clock.now().getTime();
      const cloud = await cloudLink.cloud(target);
      const until = Date.parse(lostAt) + lateMs + skewMs;
      for await (const { certificateId, createdAt } of cloud.issued.newest(signal)) {
        if (createdAt.getTime() < Date.parse(begunAt) - skewMs) break;
        if (certificateId === own || createdAt.getTime() > until) continue;
        if ((await ledger.recordedCertificates({ target, ids: [certificateId] })).length > 0) continue;
        const pem = await cloud.issued.pemOf(certificateId, signal);
        if (pem === undefined || keyOf(pem) !== spkiSha256) continue;
        if ((await cloud.registry.statusOf(certificateId, signal)) === 'REVOKED') continue;
        await cloud.revokeCertificate(certificateId, signal);
        await ledger.recordClaimOrphan({ claimId, certificateId, target });
      }
      if (began - Date.parse(lostAt) >= lateMs) await ledger.recordClaimSearched({ claimId });
    }
  };
}

/** Undefined for a certificate that this station cannot read: it is none of ours. */
function keyOf(pem: string): string | undefined {
  try {
    return readAmazonCertificate(pem).spkiSha256;
  } catch {
    return undefined;
  }
}
