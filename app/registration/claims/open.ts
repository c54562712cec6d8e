/** The station speaks for a device that has no network: it takes a claim of the trusted user and connects with it. */
import type { Clock } from '../../contract/clock.ts';
import type { AwsClaims } from '../account/awsclaims.ts';
import { connectMqtt, type Gateway } from '../mqtt/client.ts';
import { type ClaimTalk, claimTalk } from './talk.ts';

export type ClaimJob = {
  /** The name of the provisioning template in the account. */
  template: string;
  /** At most 128 bytes. The hook of the template gets it. */
  clientId: string;
  signal?: AbortSignal | undefined;
};

type Tools = { claims: Pick<AwsClaims, 'temporary'>; gateway: () => Promise<Gateway>; clock: Pick<Clock, 'after'> };

/**
 * Makes a claim and connects with it. Its key is in memory only, until the connection is closed. Nothing has to be
 * undone after a failure: the claim is good for five minutes and has made nothing.
 *
 * @throws cloud.… – as `AwsClaims.temporary` and `connectMqtt`
 */
export async function openClaim({ template, clientId, signal }: ClaimJob, tools: Tools): Promise<ClaimTalk> {
  const gateway = await tools.gateway();
  const { certificatePem, privateKeyPem } = await tools.claims.temporary(template, signal);
  const identity = { certificatePem, privateKeyPem };
  return claimTalk(await connectMqtt({ gateway, identity, clientId, signal }), template, tools.clock);
}
