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

/** What the station does in the account of one target in the name of devices. */
type Spokesman = {
  /** A hook that is ours learns of the unit first. @throws cloud.… – then AWS has made nothing */
  claim(job: { template: string; clientId: string; unitSerial: string; orderId: string }): Promise<ClaimTalk>;
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
