/** A certificate and a thing by a provisioning template of AWS, where the station speaks for a device without a network. */
import { StationError } from '../contract/errors.ts';
import type { Ledger } from '../records/index.ts';
import { type AwsCa, type AwsJob, type AwsTools, ask, certified, ofAws } from './awsissue.ts';
import type { Along, Issued } from './issue.ts';

/** A connection to AWS with a claim of the trusted user, which is good for five minutes. */
type ClaimTalk = AwsCa & {
  /**
   * Activates what `certify` brought, and makes the thing. Never repeated here.
   *
   * @throws cloud.… – no answer does not mean that nothing was made
   */
  provision(parameters: Record<string, string>): Promise<NonNullable<Issued['thing']>>;
  close(): Promise<void>;
};

/** A claim of the trusted user for a device that uses it itself, and where. DER; the key is PKCS#8 and in memory only. */
export type DeviceClaim = { certificateDer: Uint8Array; privateKeyDer: Uint8Array; host: string; port: number };

/** What the station does in the account of one target in the name of devices. */
type Spokesman = {
  /** A hook that is ours learns of the unit first. @throws cloud.… – then AWS has made nothing */
  claim(job: { template: string; clientId: string; unitSerial: string; orderId: string }): Promise<ClaimTalk>;
  /** The same for a device that connects by itself. @throws cloud.… – then AWS has made nothing */
  handOver(job: { template: string; unitSerial: string; orderId: string }): Promise<DeviceClaim>;
};

export type ClaimTools = Pick<AwsTools, 'clock' | 'authority' | 'assertSound'> & {
  ledger: AwsTools['ledger'] & Pick<Ledger, 'recordAwsMade'>;
  /** @throws cloud.notConfigured, cloud.noTarget – when there is no such target; nothing is on record then */
  spokesman: (target: string) => Promise<Spokesman>;
};

export type ClaimJob = AwsJob & {
  template: string;
  orderId: string;
  /** The MQTT client id of the connection. */
  clientId: string;
  /** What the template needs, by the name of its parameter. */
  parameters: Record<string, string>;
};

/**
 * Has AWS certify the key and provision the unit. Each act is on record before the next: that AWS is asked; which
 * certificate it made, which is not active yet; what it made of it. Only then the certificate is the unit's. Whatever
 * stops this in between leaves a lost request: what AWS made for it is revoked, or AWS deletes it after its hour.
 *
 * @throws policy.*, order.*, csr.*, unit.scrapped, records.* – as `Ledger.askAws`; AWS is not asked then
 * @throws cloud.… – AWS is not reached, refuses (so may the hook of the template), or answers with something else
 */
export async function issueByClaim(
  { clientId, parameters, orderId, ...job }: ClaimJob,
  tools: ClaimTools,
  waiting: Along,
): Promise<Issued> {
  const { ledger } = tools;
  const { template, unitSerial } = job;
  const spokesman = await tools.spokesman(job.target);
  const requestId = await ask(job, tools, waiting);
  const talk = await spokesman.claim({ template, clientId, unitSerial, orderId }).catch(async (thrown) => {
    const reason = thrown instanceof StationError ? `${thrown.code}: ${thrown.detail}` : 'internal';
    await ledger.refuseAwsRequest({ requestId, reason });
    throw thrown;
  });
  try {
    const issued = await certified(talk, requestId, job, tools);
    await ledger.recordAwsMade({ requestId, certificateId: issued.certificateId });
    const thing = await talk.provision(parameters);
    await ledger.recordAwsIssued({ requestId, ...issued, thing });
    return { ...ofAws(issued), thing };
  } finally {
    // What the answer is does not depend on it.
    talk.close().catch(() => {});
  }
}

/** What a device has after it used its claim; `nothingMade` says that AWS had made nothing when it failed. */
export type DeviceAnswer =
  | { certificatePem: string; certificateId: string; thing: NonNullable<Issued['thing']> }
  | { failed: StationError; nothingMade: boolean };

type DeviceClaimJob = AwsJob & {
  template: string;
  orderId: string;
  /** The device takes the claim and uses it. What it throws says nothing of what AWS has made. */
  use: (claim: DeviceClaim) => Promise<DeviceAnswer>;
};

/**
 * The device has AWS certify its key and provision it, by a claim that the station got for it. On record before: AWS is
 * asked for this key. On record after: what the device came back with. Whatever stops it in between leaves a lost
 * request, whose certificate is looked for by its key and revoked, as with `issueByClaim`.
 *
 * @throws policy.*, order.*, csr.*, unit.scrapped, records.* – as `Ledger.askAws`; nothing is asked then
 * @throws cloud.…, home.…, link.…, device.… – AWS is not reached, refuses, or the device did not come to an end
 */
export async function issueByDevice(
  { use, orderId, ...job }: DeviceClaimJob,
  tools: ClaimTools,
  waiting: Along,
): Promise<Issued> {
  const { ledger } = tools;
  const { template, unitSerial } = job;
  const spokesman = await tools.spokesman(job.target);
  const requestId = await ask(job, tools, waiting);
  const refuse = async (thrown: unknown): Promise<never> => {
    const reason = thrown instanceof StationError ? `${thrown.code}: ${thrown.detail}` : 'internal';
    await ledger.refuseAwsRequest({ requestId, reason });
    throw thrown;
  };
  const claim = await spokesman.handOver({ template, unitSerial, orderId }).catch(refuse);
  const answer = await use(claim);
  if ('failed' in answer) {
    if (answer.nothingMade) return refuse(answer.failed);
    throw answer.failed;
  }
  const { thing, ...certificate } = answer;
  const issued = await certified({ certify: async () => certificate }, requestId, job, tools);
  await ledger.recordAwsMade({ requestId, certificateId: issued.certificateId });
  await ledger.recordAwsIssued({ requestId, ...issued, thing });
  return { ...ofAws(issued), thing };
}
