import { decide, policyDocument, policyOf } from '../../../iot/index.ts';
import { type Account, iotArn } from '../account.ts';
import { certificateContext, policiesOf, thingContext, thingOf } from '../iot/decisions.ts';
import { statementsOf } from '../iot/policies.ts';
import { refusalOf } from '../permissions/guard.ts';
import type { Identity } from '../permissions/identities.ts';
import type { FoundClaim } from './claim.ts';

/** What the one at the other end of a connection may do, by the policies of this moment. */
export type Rights = {
  /**
   * @param resource `client/ID`, `topic/TOPIC` or `topicfilter/FILTER`
   * @returns why not, or undefined for a yes
   */
  refuses(action: Action, resource: string, more?: Record<string, string | string[]>): string | undefined;
  /** The thing that the certificate is attached to, and to no other. */
  exclusiveThing(): string | undefined;
};
type Action = 'iot:Connect' | 'iot:Publish' | 'iot:RetainPublish' | 'iot:Subscribe' | 'iot:Receive';

type Device = { certificateId: string; clientId: string; sourceIp: string; serverName: string };

/**
 * By the policies of the certificate and of the groups of its thing ("AWS IoT Core policies", developer guide). AWS takes
 * minutes to act on a change of a policy; here it holds at once.
 */
export function deviceRights(account: Account, { certificateId, clientId, sourceIp, serverName }: Device): Rights {
  const first = account.state.certificates.get(certificateId);
  const fixed = {
    ...(first && certificateContext(first)),
    'iot:ClientId': clientId,
    'iot:DomainName': serverName,
    'aws:SourceIp': sourceIp,
  };
  const thing = () => thingOf(account, account.state.certificates.get(certificateId), clientId);
  return {
    exclusiveThing: () => {
      const { name, principals = [] } = thing() ?? {};
      return principals.some(({ id, type }) => id === certificateId && type === 'EXCLUSIVE_THING') ? name : undefined;
    },
    refuses: (action, resource, more) => {
      const certificate = account.state.certificates.get(certificateId);
      if (certificate === undefined) return 'The certificate was deleted.';
      const policies = policiesOf(account, certificate, thing()?.name);
      const context = { ...fixed, ...thingContext(account, certificate, clientId), ...more };
      const { decision } = decide(policies.map(statementsOf), { action, resource: iotArn(account, resource), context });
      if (decision === 'ALLOWED') return undefined;
      const why = decision === 'EXPLICIT_DENY' ? 'a policy denies' : 'no policy allows';
      const attached = policies.length === 0 ? 'no policy is attached' : policies.map(({ name }) => name).join(', ');
      return `${why} ${action} on ${resource} (${attached}).`;
    },
  };
}

/** Of a device with a claim of the trusted user: the policy that AWS gives it. */
export const claimRights = (
  account: Account,
  { policyDocument: text }: FoundClaim,
  { clientId, sourceIp, serverName }: Device,
): Rights => ({
  exclusiveThing: () => undefined,
  refuses: (action, resource) => {
    const context = { 'iot:ClientId': clientId, 'iot:DomainName': serverName, 'aws:SourceIp': sourceIp };
    const asked = { action, resource: iotArn(account, resource), context };
    const { decision } = decide([policyOf(policyDocument.parse(JSON.parse(text)))], asked);
    return decision === 'ALLOWED' ? undefined : `no policy allows ${action} on ${resource} (a claim's own policy).`;
  },
});

/** By the identity policy of a user or role ("AWS IoT Core data plane actions", service authorization reference). */
export const identityRights = (account: Account, identity: Identity): Rights => ({
  exclusiveThing: () => undefined,
  refuses: (action, resource) => refusalOf(account, identity, { action, resource: iotArn(account, resource) }),
});
