import { type Account, type Certificate, iotArn, type Policy, type ThingGroup } from '../account.ts';
import { iotError } from '../errors.ts';
import { ancestorsOf } from './members.ts';
import type { Handlers } from './operation.ts';
import { list } from './pages.ts';
import { principalOf } from './principals.ts';
import { find, nameIn } from './records.ts';
import type { policyTable } from './table/policies.ts';

/** Which policies are attached to which certificates and thing groups. */

const maxPerCertificate = 10;
type AttachmentHandlers = Handlers<
  Pick<
    typeof policyTable,
    | 'AttachPolicy'
    | 'DetachPolicy'
    | 'ListAttachedPolicies'
    | 'ListTargetsForPolicy'
    | 'AttachPrincipalPolicy'
    | 'DetachPrincipalPolicy'
    | 'ListPrincipalPolicies'
    | 'ListPolicyPrincipals'
  >
>;

export const attachmentHandlers: AttachmentHandlers = {
  AttachPolicy: ({ policyName, target }, account) => {
    attachPolicy(account, find(account, 'policies', policyName), targetOf(account, target));
    return {};
  },

  /** What is not attached is not detached, without a refusal. ResourceNotFoundException is not an error of this operation. */
  DetachPolicy: ({ policyName, target }, account) => {
    const policy = account.state.policies.get(policyName);
    if (!policy) throw iotError('InvalidRequestException', `Policy ${policyName} does not exist.`);
    detachPolicy(account, policy, targetOf(account, target));
    return {};
  },

  /** `recursive`: also those of the groups above. */
  ListAttachedPolicies: (input, account) => {
    const target = targetOf(account, input.target);
    const above = input.recursive && !isCertificate(target) ? ancestorsOf(account, target) : [];
    const names = new Set([target, ...above].flatMap(({ policies }) => policies));
    return list(account, input, 'policies', { keys: names, show: (name) => nameAndArn(account, name) });
  },

  ListTargetsForPolicy: (input, account) =>
    list(account, input, 'targets', {
      keys: account.links.targetsOf.get(find(account, 'policies', input.policyName).name),
      show: (target) => iotArn(account, target),
    }),

  AttachPrincipalPolicy: ({ policyName, principal }, account) => {
    attachPolicy(account, find(account, 'policies', policyName), principalOf(account, principal));
    return {};
  },

  DetachPrincipalPolicy: ({ policyName, principal }, account) => {
    detachPolicy(account, find(account, 'policies', policyName), principalOf(account, principal));
    return {};
  },

  ListPrincipalPolicies: (input, account) =>
    list(account, input, 'policies', {
      keys: [...principalOf(account, input.principal).policies],
      show: (name) => nameAndArn(account, name),
    }),

  ListPolicyPrincipals: (input, account) =>
    list(account, input, 'principals', {
      keys: account.links.targetsOf.get(find(account, 'policies', input.policyName).name),
      show: (target) => (target.startsWith('cert/') ? iotArn(account, target) : undefined),
    }),
};

/**
 * Adds to the attached policies. Attaching twice changes nothing.
 * @throws ServiceError LimitExceededException
 */
export function attachPolicy(account: Account, policy: Policy, target: Certificate | ThingGroup): void {
  if (target.policies.includes(policy.name)) return;
  if (isCertificate(target) && target.policies.length >= maxPerCertificate) {
    throw iotError('LimitExceededException', `A certificate can have ${maxPerCertificate} policies.`);
  }
  target.policies.push(policy.name);
  account.links.targetsOf.add(policy.name, linkOf(target));
  saved(account, target);
}

function detachPolicy(account: Account, policy: Policy, target: Certificate | ThingGroup): void {
  target.policies = target.policies.filter((name) => name !== policy.name);
  account.links.targetsOf.remove(policy.name, linkOf(target));
  saved(account, target);
}

/**
 * The certificate or the group of an ARN.
 * @throws ServiceError InvalidRequestException – anything else, also identities of Cognito · ResourceNotFoundException
 */
function targetOf(account: Account, arn: string): Certificate | ThingGroup {
  const group = nameIn(account, 'thinggroup/', arn);
  if (group !== undefined) return find(account, 'groups', group);
  const id = nameIn(account, 'cert/', arn);
  if (id !== undefined) return find(account, 'certificates', id);
  throw iotError('InvalidRequestException', 'The target is not a certificate or a thing group of this account.');
}

const isCertificate = (target: Certificate | ThingGroup): target is Certificate => 'certificateId' in target;
const linkOf = (target: Certificate | ThingGroup) =>
  isCertificate(target) ? `cert/${target.certificateId}` : `thinggroup/${target.name}`;

function saved(account: Account, target: Certificate | ThingGroup): void {
  if (isCertificate(target)) account.changed('certificates', target.certificateId);
  else account.changed();
}

const nameAndArn = (account: Account, name: string) => ({
  policyName: name,
  policyArn: iotArn(account, `policy/${name}`),
});
