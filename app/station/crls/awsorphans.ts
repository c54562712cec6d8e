/** Certificates that AWS made and whose answer was lost: they are looked for, and revoked. */
import { readAmazonCertificate } from '../../ca/index.ts';
import type { Clock } from '../../contract/clock.ts';
import type { Ledger, LostAwsRequest } from '../../records/index.ts';
import type { Cloud } from '../../registration/index.ts';
import type { CloudLink } from '../cloud/cloudlink.ts';

type Tools = { ledger: Ledger; clock: Pick<Clock, 'now'>; cloudLink: CloudLink; signal: AbortSignal };

/** How far the clocks of the PC and of AWS may differ. */
const skewMs = 15 * 60_000;
/** No call takes so long. What is not in the account by then was never made. */
const lateMs = 10 * 60_000;
/** Certificates that the records are asked about at once. */
const page = 250;

const timeOf = (at: string): number => Date.parse(at);

/**
 * Looks through the accounts for the certificates of lost requests, which are in no record, and revokes them. A request is
 * searched for once more when no call of it can be under way.
 */
export function createOrphanSearch({ ledger, clock, cloudLink, signal }: Tools): () => Promise<void> {
  const search = async (target: string, all: readonly LostAwsRequest[]) => {
    const cloud = await cloudLink.cloud(target);
    for (const request of all)
      if (request.certificateId !== null) await withdraw(cloud, { ...request, certificateId: request.certificateId });
    const lost = all.filter(({ certificateId }) => certificateId === null);
    if (lost.length > 0) await searchAll(cloud, target, lost);
  };

  /** The certificate is known, so the account need not be looked through for it. */
  const withdraw = async (cloud: Cloud, { certificateId, requestId }: LostAwsRequest & { certificateId: string }) => {
    if (await cloud.revokeCertificate(certificateId, signal))
      await ledger.recordAwsOrphan({ certificateId, requestId });
    else await ledger.recordAwsLapsed({ certificateId, requestId });
  };

  const searchAll = async (cloud: Cloud, target: string, lost: readonly LostAwsRequest[]) => {
    const began = clock.now().getTime();
    const since = Math.min(...lost.map(({ askedAt }) => timeOf(askedAt))) - skewMs;
    const until = Math.max(...lost.map(({ settledAt }) => timeOf(settledAt))) + lateMs + skewMs;
    let ids: string[] = [];
    for await (const { certificateId, createdAt } of cloud.issued.newest(signal)) {
      if (createdAt.getTime() < since) break;
      if (createdAt.getTime() > until) continue;
      ids.push(certificateId);
      if (ids.length < page) continue;
      await revokeOrphans(cloud, target, lost, ids);
      ids = [];
    }
    await revokeOrphans(cloud, target, lost, ids);
    const over = lost.filter(({ settledAt }) => began - timeOf(settledAt) >= lateMs);
    if (over.length > 0) await ledger.recordAwsSearched(over.map(({ requestId }) => requestId));
  };

  const revokeOrphans = async (cloud: Cloud, target: string, lost: readonly LostAwsRequest[], ids: string[]) => {
    const known = new Set((await ledger.recordedCertificates({ target, ids })).map((one) => one.certificateId));
    for (const certificateId of ids.filter((id) => !known.has(id))) {
      const pem = await cloud.issued.pemOf(certificateId, signal);
      const spkiSha256 = pem === undefined ? undefined : keyOf(pem);
      const request = lost.find((one) => one.spkiSha256 === spkiSha256);
      if (!request || !(await ledger.isAwsOrphan({ certificateId, spkiSha256: request.spkiSha256 }))) continue;
      await cloud.revokeCertificate(certificateId, signal);
      await ledger.recordAwsOrphan({ certificateId, requestId: request.requestId });
    }
  };

  return async () => {
    const lost = await ledger.lostAwsRequests();
    for (const { name } of cloudLink.targets()) {
      const mine = lost.filter(({ target }) => target === name);
      if (mine.length > 0) await search(name, mine);
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
